package io.github.throughcare.care;

/** A look at stored JSON without parsing it, for a {@code ChangeListener} that has to say quickly whether it wants to hear more. */
public final class JsonBytes {

    private JsonBytes() {}

    /** Where the bytes stand in the JSON, -1 when they do not. */
    public static int at(byte[] json, byte[] wanted) {
        for (int i = 0; i <= json.length - wanted.length; i++) {
            int j = 0;
            while (j < wanted.length && json[i + j] == wanted[j]) {
                j++;
            }
            if (j == wanted.length) {
                return i;
            }
        }
        return -1;
    }

    public static boolean contain(byte[] json, byte[] wanted) {
        return at(json, wanted) >= 0;
    }
}
