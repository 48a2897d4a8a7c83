package io.github.throughcare.fhir.validation;

/** R4's regular expressions for the text-like primitives, as loops: they run for each value that is ever written. */
final class Chars {

    private static final int LONGEST_STRING = 1024 * 1024;

    private Chars() {}

    static boolean text(String s) {
        if (s.isEmpty() || s.length() > LONGEST_STRING) {
            return false;
        }
        for (int i = 0; i < s.length(); i++) {
            char c = s.charAt(i);
            if (c < ' ' && c != '\t' && c != '\n' && c != '\r' || isHalf(s, i)) {
                return false;
            }
        }
        return true;
    }

    static boolean code(String s) {
        boolean gap = true;
        for (int i = 0; i < s.length(); i++) {
            boolean space = s.charAt(i) <= ' ';
            if (space && gap || isHalf(s, i)) {
                return false;
            }
            gap = space;
        }
        return !gap;
    }

    /** Half of a surrogate pair without the other: no character, and not to be stored as one. */
    private static boolean isHalf(String s, int i) {
        char c = s.charAt(i);
        return Character.isHighSurrogate(c) && (i + 1 == s.length() || !Character.isLowSurrogate(s.charAt(i + 1)))
                || Character.isLowSurrogate(c) && (i == 0 || !Character.isHighSurrogate(s.charAt(i - 1)));
    }

    static boolean id(String s) {
        if (s.isEmpty() || s.length() > 64) {
            return false;
        }
        for (int i = 0; i < s.length(); i++) {
            char c = s.charAt(i);
            if (!(isAlphanumeric(c) || c == '-' || c == '.')) {
                return false;
            }
        }
        return true;
    }

    static boolean uri(String s) {
        for (int i = 0; i < s.length(); i++) {
            if (s.charAt(i) <= ' ' || isHalf(s, i)) {
                return false;
            }
        }
        return !s.isEmpty();
    }

    /** White space may stand between the characters. */
    static boolean base64(String s) {
        int characters = 0;
        int padding = 0;
        for (int i = 0; i < s.length(); i++) {
            char c = s.charAt(i);
            if (c == '=') {
                padding++;
            } else if (isAlphanumeric(c) || c == '+' || c == '/') {
                if (padding > 0) {
                    return false;
                }
            } else if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
                continue;
            } else {
                return false;
            }
            characters++;
        }
        return characters > 0 && characters % 4 == 0 && padding <= 2;
    }

    private static boolean isAlphanumeric(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
    }
}
