package io.github.throughcare.fhir.index;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/** A reference to a resource of this server: {@code Type/id}, with or without a version. */
public record LocalReference(String type, String id) {

    private static final Pattern FORM =
            Pattern.compile("([A-Z][A-Za-z]{2,})/([A-Za-z0-9\\-.]{1,64})(?:/_history/[A-Za-z0-9\\-.]{1,64})?");

    public static Optional<LocalReference> parse(String reference) {
        if (reference.isEmpty() || reference.charAt(0) < 'A' || reference.charAt(0) > 'Z') {
            return Optional.empty();
        }
        Matcher m = FORM.matcher(reference);
        return m.matches() ? Optional.of(new LocalReference(m.group(1), m.group(2))) : Optional.empty();
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
