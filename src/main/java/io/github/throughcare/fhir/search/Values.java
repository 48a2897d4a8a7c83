package io.github.throughcare.fhir.search;

import java.util.ArrayList;
import java.util.List;

/** Splits parameter values at separators that are not escaped (R4 search.html 3.1.1.4.1: {@code \, \$ \| \\}). */
final class Values {

    private Values() {}

    /** At {@code separator}; escapes of other characters stay for a later split. */
    static List<String> split(String value, char separator) {
        if (value.indexOf(separator) < 0) {
            return List.of(value);
        }
        List<String> parts = new ArrayList<>();
        StringBuilder part = new StringBuilder();
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '\\' && i + 1 < value.length()) {
                part.append(c).append(value.charAt(++i));
            } else if (c == separator) {
                parts.add(part.toString());
                part.setLength(0);
            } else {
                part.append(c);
            }
        }
        parts.add(part.toString());
        return parts;
    }

    /** Takes the escapes out. */
    static String plain(String value) {
        if (value.indexOf('\\') < 0) {
            return value;
        }
        StringBuilder plain = new StringBuilder();
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '\\' && i + 1 < value.length() && ",$|\\".indexOf(value.charAt(i + 1)) >= 0) {
                plain.append(value.charAt(++i));
            } else {
                plain.append(c);
            }
        }
        return plain.toString();
    }
}
