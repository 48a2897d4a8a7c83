package io.github.throughcare.fhir.interaction;

import io.github.throughcare.fhir.Problem;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Query strings as parameters with all their values, in order. */
public final class QueryStrings {

    private QueryStrings() {}

    /** @throws Problem 400 for a broken percent-encoding */
    public static Map<String, List<String>> parse(String query) {
        Map<String, List<String>> parameters = new LinkedHashMap<>();
        if (query.isEmpty()) {
            return parameters;
        }
        for (String pair : query.split("&")) {
            if (!pair.isEmpty()) {
                int eq = pair.indexOf('=');
                String name = decode(eq < 0 ? pair : pair.substring(0, eq));
                parameters
                        .computeIfAbsent(name, n -> new ArrayList<>(1))
                        .add(eq < 0 ? "" : decode(pair.substring(eq + 1)));
            }
        }
        return parameters;
    }

    /**
     * Decodes one part of a URL.
     *
     * @throws Problem 400 for a broken percent-encoding and for U+0000, which PostgreSQL cannot hold
     */
    public static String decode(String text) {
        try {
            String plain = text.indexOf('%') < 0 && text.indexOf('+') < 0
                    ? text
                    : URLDecoder.decode(text, StandardCharsets.UTF_8);
            if (plain.indexOf(0) >= 0) {
                throw Problem.malformed("No part of a URL may hold the character U+0000", null);
            }
            return plain;
        } catch (IllegalArgumentException e) {
            throw Problem.malformed("The URL has a broken percent-encoding", null);
        }
    }
}
