package io.github.throughcare.fhir.search;

import io.github.throughcare.fhir.index.Param;
import java.util.Locale;
import java.util.regex.Pattern;

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

    /**
     * Cuts the prefix off.
     *
     * @throws Unknown for two lower-case letters before a number that are no prefix
     */
    static Prefixed cut(Param param, String value) {
        Prefixed p = cut(value);
        if (p.prefix == EQ && UNKNOWN.matcher(p.value).lookingAt()) {
            throw new Unknown("Search parameter " + param.code() + " of " + param.type() + " has no prefix "
                    + p.value.substring(0, 2) + "; the prefixes are eq ne gt lt ge le sa eb ap.");
        }
        return p;
    }

    private static final Pattern UNKNOWN = Pattern.compile("[a-z]{2}[-+]?[0-9.]");

    private static Prefixed cut(String value) {
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
