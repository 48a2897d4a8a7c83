package io.github.throughcare.fhir.search;

import java.util.Locale;

/** The prefixes of ordered values (R4 search.html 3.1.1.4.5). */
enum Prefix {
    EQ,
    NE,
    GT,
    LT,
    GE,
    LE,
    SA,
    EB,
    AP;

    /** A value with its prefix cut off. */
    record Prefixed(Prefix prefix, String value) {}

    static Prefixed cut(String value) {
        if (value.length() > 2 && Character.isLetter(value.charAt(0)) && Character.isLetter(value.charAt(1))) {
            for (Prefix p : values()) {
                if (value.startsWith(p.name().toLowerCase(Locale.ROOT))) {
                    return new Prefixed(p, value.substring(2));
                }
            }
        }
        return new Prefixed(EQ, value);
    }
}
