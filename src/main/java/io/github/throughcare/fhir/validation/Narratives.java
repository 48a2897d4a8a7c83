package io.github.throughcare.fhir.validation;

import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.web.util.HtmlUtils;

/**
 * What may not stand in a narrative because a browser would act on it. One pass over the characters, no XML parser: a
 * narrative that is malformed passes unless it does harm.
 *
 * @see <a href="https://hl7.org/fhir/R4/narrative.html">R4, narrative</a>
 */
final class Narratives {

    private static final Set<String> FORBIDDEN = Set.of(
            "script", "iframe", "frame", "object", "embed", "form", "base", "link", "head", "body", "meta", "svg");

    private static final Set<String> ADDRESSES =
            Set.of("href", "src", "cite", "longdesc", "background", "action", "formaction", "data", "poster");

    private Narratives() {}

    static boolean beginsWithDiv(String div) {
        return div.startsWith("<div") && div.length() > 4 && " \t\r\n>/".indexOf(div.charAt(4)) >= 0;
    }

    /** What is active in it, such as {@code <script>} or {@code onclick}; null when nothing is. */
    static @Nullable String active(String div) {
        for (int open = div.indexOf('<'); open >= 0; open = div.indexOf('<', open + 1)) {
            int end = nameEnd(div, open + 1);
            if (end == open + 1) {
                continue; // a closing tag, a comment
            }
            String local = localName(div.substring(open + 1, end));
            if (FORBIDDEN.contains(local)) {
                return "<" + local + ">";
            }
            String attribute = activeAttribute(div, end);
            if (attribute != null) {
                return attribute;
            }
        }
        return null;
    }

    /** Looks through the attributes of one tag, up to its end. */
    private static @Nullable String activeAttribute(String div, int from) {
        int at = from;
        while (at < div.length()) {
            char c = div.charAt(at);
            if (c == '>') {
                return null;
            }
            int end = nameEnd(div, at);
            if (end == at) {
                at++;
                continue;
            }
            String name = localName(div.substring(at, end));
            at = skipSpace(div, end);
            if (at >= div.length() || div.charAt(at) != '=') {
                continue;
            }
            if (name.startsWith("on")) {
                return name;
            }
            at = skipSpace(div, at + 1);
            if (at >= div.length()) {
                return null;
            }
            int valueEnd = valueEnd(div, at);
            if (ADDRESSES.contains(name) && isScript(div, at, valueEnd)) {
                return "javascript:";
            }
            at = valueEnd;
        }
        return null;
    }

    /** Behind the value, quoted or (in HTML) bare, that begins here. */
    private static int valueEnd(String s, int from) {
        char quote = s.charAt(from);
        if (quote == '"' || quote == '\'') {
            int close = s.indexOf(quote, from + 1);
            return close < 0 ? s.length() : close + 1;
        }
        int at = from;
        while (at < s.length() && s.charAt(at) > ' ' && s.charAt(at) != '>') {
            at++;
        }
        return at;
    }

    private static boolean isScript(String s, int from, int to) {
        int at = from;
        while (at < to && (s.charAt(at) <= ' ' || s.charAt(at) == '"' || s.charAt(at) == '\'')) {
            at++;
        }
        if (at == to || "jJvV&".indexOf(s.charAt(at)) < 0) {
            return false;
        }
        String plain = HtmlUtils.htmlUnescape(s.substring(at, to))
                .replaceAll("[\\s\\p{Cntrl}]", "")
                .toLowerCase(Locale.ROOT);
        return plain.startsWith("javascript:") || plain.startsWith("vbscript:");
    }

    private static int nameEnd(String s, int from) {
        int at = from;
        while (at < s.length() && isNameCharacter(s.charAt(at))) {
            at++;
        }
        return at;
    }

    private static boolean isNameCharacter(char c) {
        return Character.isLetterOrDigit(c) || c == '-' || c == '_' || c == ':' || c == '.';
    }

    private static String localName(String name) {
        return name.substring(name.indexOf(':') + 1).toLowerCase(Locale.ROOT);
    }

    private static int skipSpace(String s, int from) {
        int at = from;
        while (at < s.length() && s.charAt(at) <= ' ') {
            at++;
        }
        return at;
    }
}
