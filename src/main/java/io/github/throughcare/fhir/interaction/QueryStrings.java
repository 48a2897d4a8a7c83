package io.github.throughcare.fhir.interaction;

import io.github.throughcare.fhir.Problem;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

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
     * What a POSTed Parameters resource with simple values says, beside the URL's own parameters.
     *
     * @throws Problem 400 for another resource, and for a parameter without a name or a simple value
     */
    static Map<String, List<String>> ofParameters(Request r) {
        Map<String, List<String>> all = new LinkedHashMap<>(r.query());
        ObjectNode body = r.body().get();
        if (!body.isEmpty() && !body.path("resourceType").asString("").equals("Parameters")) {
            throw Problem.malformed("Send a Parameters resource, or nothing", "resourceType");
        }
        int i = 0;
        for (JsonNode parameter : body.path("parameter")) {
            String place = "Parameters.parameter[" + i++ + "]";
            String name = parameter.path("name").asString("");
            String value = parameter.properties().stream()
                    .filter(e -> e.getKey().startsWith("value") && e.getValue().isValueNode())
                    .map(e -> e.getValue().asString())
                    .findFirst()
                    .orElse("");
            if (name.isEmpty() || value.isEmpty()) {
                throw Problem.malformed("A parameter has a name and a simple value here", place);
            }
            List<String> values = new ArrayList<>(all.getOrDefault(name, List.of()));
            values.add(value);
            all.put(name, values);
        }
        return all;
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
