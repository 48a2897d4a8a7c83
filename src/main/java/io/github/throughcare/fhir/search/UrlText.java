package io.github.throughcare.fhir.search;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** Text of a query as it stands in a link: percent-encoded, but for what has a meaning in searches and reads better plain. */
final class UrlText {

    private static final String PLAIN = "-._*,:$/";

    private UrlText() {}

    /** Appends the text, encoded by RFC 3986 in UTF-8; a lone surrogate becomes a question mark. */
    static void encode(String text, StringBuilder out) {
        int from = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (isPlain(c)) {
                continue;
            }
            out.append(text, from, i);
            int end = i + 1;
            while (end < text.length() && !isPlain(text.charAt(end))) {
                end++;
            }
            // java.net's encoder is of forms: it writes a blank as +, and nothing else so
            out.append(URLEncoder.encode(text.substring(i, end), StandardCharsets.UTF_8)
                    .replace("+", "%20"));
            from = end;
            i = end - 1;
        }
        out.append(text, from, text.length());
    }

    private static boolean isPlain(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || PLAIN.indexOf(c) >= 0;
    }
}
