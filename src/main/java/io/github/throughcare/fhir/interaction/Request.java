package io.github.throughcare.fhir.interaction;

import io.github.throughcare.fhir.Visibility;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * One interaction that a client asks for, by HTTP or as an entry of a batch.
 *
 * @param method GET, POST, PUT, PATCH, DELETE
 * @param path segments below the base, decoded
 * @param query parameters, decoded, with all their values in order
 * @param headers those that carry meaning in FHIR, by lower-case name
 * @param body the resource sent, parsed when it is asked for
 * @param base of this server, without a slash at the end
 * @param place where in a bundle it stands, for errors
 * @param visibility what the caller may see
 */
public record Request(
        String method,
        List<String> path,
        Map<String, List<String>> query,
        Map<String, String> headers,
        Supplier<ObjectNode> body,
        String base,
        @Nullable String place,
        Visibility visibility) {

    /** Key in {@link #headers} by which the server marks commits of its own; no header of a client gets this name. */
    public static final String INTERNAL = "(internal)";

    /** As {@link #INTERNAL}, for what was so elsewhere: no write rule is asked. */
    static final String HISTORY = "(history)";

    /** RFC 7240 2: case does not count in names, and a value may be quoted. */
    private static final Pattern LENIENT =
            Pattern.compile("(?:^|[,;\\s])handling\\s*=\\s*\"?lenient\\b", Pattern.CASE_INSENSITIVE);

    private static final Pattern ETAG = Pattern.compile("\\s*(?:W/)?\"?(\\d{1,9})\"?\\s*");

    /** The same with another body. */
    Request with(ObjectNode other) {
        return new Request(method, path, query, headers, () -> other, base, place, visibility);
    }

    /** The same with other parameters. */
    Request with(Map<String, List<String>> other) {
        return new Request(method, path, other, headers, body, base, place, visibility);
    }

    public Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name)).filter(v -> !v.isBlank());
    }

    /** The version in If-Match. */
    OptionalInt ifMatch() {
        Optional<String> etag = header("if-match");
        if (etag.isEmpty()) {
            return OptionalInt.empty();
        }
        Matcher m = ETAG.matcher(etag.get());
        // an ETag this server never gives matches nothing
        return OptionalInt.of(m.matches() ? Integer.parseInt(m.group(1)) : -1);
    }

    /** Is it a commit of the server's own? */
    boolean internal() {
        return headers.containsKey(INTERNAL);
    }

    /** Is it history that is kept as it was? */
    boolean history() {
        return headers.containsKey(HISTORY);
    }

    boolean isLenient() {
        return header("prefer").filter(p -> LENIENT.matcher(p).find()).isPresent();
    }

    /** The client would rather ask again than wait (RFC 7240); an entry of a batch is answered with its batch. */
    boolean prefersAsync() {
        return place == null
                && header("prefer")
                        .filter(p -> p.toLowerCase(java.util.Locale.ROOT).contains("respond-async"))
                        .isPresent();
    }

    /** Who calls; empty: the system. */
    String actor() {
        return header("x-throughcare-actor").orElse("");
    }

    Optional<String> first(String parameter) {
        return Optional.ofNullable(query.get(parameter)).flatMap(v -> v.stream().findFirst());
    }
}
