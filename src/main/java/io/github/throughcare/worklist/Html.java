package io.github.throughcare.worklist;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes HTML. Tag and attribute names are ours; every text and every attribute value is escaped here and nowhere else, so that nothing
 * from the record can become markup (OWASP, Cross Site Scripting Prevention, rules 1 and 2). Attribute values stand in quotes.
 */
final class Html {

    private static final Set<String> VOID = Set.of("meta", "link", "input", "br");

    private final StringBuilder out = new StringBuilder(8192);
    private final Deque<String> open = new ArrayDeque<>();

    /**
     * Opens an element.
     *
     * @param attributes names and values by turns; a null value leaves the attribute out, an empty one writes its name alone
     */
    Html open(String tag, @Nullable String... attributes) {
        out.append('<').append(tag);
        for (int i = 0; i + 1 < attributes.length; i += 2) {
            String value = attributes[i + 1];
            if (value != null) {
                out.append(' ').append(attributes[i]);
                if (!value.isEmpty()) {
                    out.append("=\"");
                    escape(value);
                    out.append('"');
                }
            }
        }
        out.append('>');
        if (!VOID.contains(tag)) {
            open.push(tag);
        }
        return this;
    }

    Html close() {
        out.append("</").append(open.pop()).append('>');
        return this;
    }

    Html text(@Nullable String text) {
        if (text != null) {
            escape(text);
        }
        return this;
    }

    /** An element with nothing but text in it. */
    Html element(String tag, @Nullable String text, @Nullable String... attributes) {
        return open(tag, attributes).text(text).close();
    }

    private void escape(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '"' -> out.append("&quot;");
                case '\'' -> out.append("&#39;");
                default -> out.append(c < ' ' && c != '\n' && c != '\t' ? ' ' : c);
            }
        }
    }

    /** The whole page; every element has to be closed. */
    String page() {
        if (!open.isEmpty()) {
            throw new IllegalStateException("Not closed: " + open);
        }
        return "<!DOCTYPE html>" + out;
    }
}
