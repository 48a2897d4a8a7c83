package io.github.throughcare.fhir.validation;

import java.util.Arrays;

/** Where in the tree we are; becomes text only for a finding. */
final class Place {

    private static final int NO_INDEX = -1;

    private String[] names = new String[16];
    private int[] indexes = new int[16];
    private int depth;

    void enter(String name) {
        if (depth == names.length) {
            names = Arrays.copyOf(names, depth * 2);
            indexes = Arrays.copyOf(indexes, depth * 2);
        }
        names[depth] = name;
        indexes[depth++] = NO_INDEX;
    }

    /** The list item of the element last entered; -1 when none. */
    void at(int index) {
        indexes[depth - 1] = index;
    }

    void leave() {
        depth--;
    }

    /** FHIRPath in JSON names; {@code _birthDate} is the extension side of birthDate, so both read {@code birthDate}. */
    String expression() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < depth; i++) {
            String name = names[i];
            text.append(i > 0 ? "." : "").append(name, name.startsWith("_") ? 1 : 0, name.length());
            if (indexes[i] != NO_INDEX) {
                text.append('[').append(indexes[i]).append(']');
            }
        }
        return text.toString();
    }
}
