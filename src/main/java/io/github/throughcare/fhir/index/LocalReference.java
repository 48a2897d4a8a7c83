package io.github.throughcare.fhir.index;

import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** A reference to a resource of this server: {@code Type/id}, with or without a version. */
public record LocalReference(String type, String id) {

    private static final String HISTORY = "/_history/";

    /** Read by hand: every reference of every write comes by here. */
    public static Optional<LocalReference> parse(String reference) {
        int slash = letters(reference);
        if (slash < 3 || slash == reference.length() || reference.charAt(slash) != '/') {
            return Optional.empty();
        }
        int end = id(reference, slash + 1);
        if (end < 0
                || end < reference.length()
                        && (!reference.startsWith(HISTORY, end)
                                || id(reference, end + HISTORY.length()) != reference.length())) {
            return Optional.empty();
        }
        return Optional.of(new LocalReference(reference.substring(0, slash), reference.substring(slash + 1, end)));
    }

    /** Where the name of a type ends: an upper-case letter and letters; 0 where there is none. */
    private static int letters(String text) {
        int at = 0;
        while (at < text.length() && (isUpper(text.charAt(at)) || at > 0 && isLower(text.charAt(at)))) {
            at++;
        }
        return at;
    }

    /** Where an id of 1 to 64 characters ends; -1 where there is none. */
    private static int id(String text, int from) {
        int at = from;
        while (at < text.length() && isOfId(text.charAt(at))) {
            at++;
        }
        return at == from || at - from > 64 ? -1 : at;
    }

    private static boolean isUpper(char c) {
        return c >= 'A' && c <= 'Z';
    }

    private static boolean isLower(char c) {
        return c >= 'a' && c <= 'z';
    }

    private static boolean isOfId(char c) {
        return isLower(c) || isUpper(c) || c >= '0' && c <= '9' || c == '-' || c == '.';
    }

    /** From a Reference's JSON. */
    static Optional<LocalReference> of(JsonNode reference) {
        JsonNode r = reference.get("reference");
        return r != null && r.isString() ? parse(r.asString()) : Optional.empty();
    }

    @Override
    public String toString() {
        return type + "/" + id;
    }
}
