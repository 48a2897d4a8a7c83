package io.github.throughcare.care;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** Values for search queries. */
public final class Tokens {

    private Tokens() {}

    /** {@code system|code} for a query string: what separates tokens is escaped, then all is percent-encoded. */
    public static String of(String system, String code) {
        return URLEncoder.encode(escaped(system) + "|" + escaped(code), StandardCharsets.UTF_8);
    }

    /** A token as a client gave it ({@code system|code}, {@code code}; a comma means or), percent-encoded and otherwise as it is. */
    public static String given(String token) {
        return URLEncoder.encode(token, StandardCharsets.UTF_8);
    }

    private static String escaped(String part) {
        return part.replaceAll("([\\\\|,$])", "\\\\$1");
    }
}
