package io.github.throughcare.fhir.search;

import io.github.throughcare.fhir.Problem;
import java.util.ArrayList;
import java.util.List;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.jspecify.annotations.Nullable;

/**
 * The grammar of {@code _filter} (<a href="http://hl7.org/fhir/R4/search_filter.html">search_filter.html</a>) and what it reads. {@code
 * and} binds closer than {@code or}.
 */
sealed interface Filter {

    record And(List<Filter> parts) implements Filter {}

    record Or(List<Filter> parts) implements Filter {}

    record Not(Filter part) implements Filter {}

    /**
     * @param path names joined by dots; all but the last are references
     * @param operator two letters
     * @param value as it was meant: without quotes and escapes
     */
    record Test(List<Step> path, String operator, String value) implements Filter {}

    /**
     * @param name a parameter, {@code parameter:Type} or {@code _has:Type:reference:parameter}
     * @param where what the resources that it leads to must meet too, or null
     */
    record Step(String name, @Nullable Filter where) {}

    /** @throws Problem 400 that says where it stops to be a filter */
    static Filter parse(String text) {
        return new Parser(text).parse();
    }

    /** Recursive descent. */
    final class Parser {
        private static final int DEEPEST = 50;

        private final String text;
        private int at;
        private int depth;
        private int tests;

        Parser(String text) {
            this.text = text;
        }

        Filter parse() {
            Filter all = or();
            space();
            if (at < text.length()) {
                throw wrong("expected \"and\", \"or\" or the end");
            }
            return all;
        }

        private Filter or() {
            if (++depth > DEEPEST) {
                throw new Problem(
                        400, IssueType.TOOCOSTLY, "A _filter has at most " + DEEPEST + " brackets within brackets");
            }
            List<Filter> parts = new ArrayList<>(List.of(and()));
            while (word("or")) {
                parts.add(and());
            }
            depth--;
            return parts.size() == 1 ? parts.get(0) : new Or(parts);
        }

        private Filter and() {
            List<Filter> parts = new ArrayList<>(List.of(one()));
            while (word("and")) {
                parts.add(one());
            }
            return parts.size() == 1 ? parts.get(0) : new And(parts);
        }

        private Filter one() {
            space();
            int start = at;
            if (word("not")) {
                space();
                if (peek('(')) {
                    return new Not(bracketed());
                }
                at = start; // a parameter may be called "not..."
            }
            if (peek('(')) {
                return bracketed();
            }
            if (++tests > SearchSettings.MAX_CRITERIA) {
                throw new Problem(
                        400, IssueType.TOOCOSTLY, "A _filter has at most " + SearchSettings.MAX_CRITERIA + " tests");
            }
            return test();
        }

        private Filter bracketed() {
            at++;
            Filter inner = or();
            space();
            expect(')');
            return inner;
        }

        private Test test() {
            List<Step> path = new ArrayList<>();
            do {
                path.add(step());
            } while (skip('.'));
            if (!spaced()) {
                throw wrong("expected a space and an operator");
            }
            int start = at;
            while (at < text.length() && Character.isLetter(text.charAt(at))) {
                at++;
            }
            String operator = text.substring(start, at);
            if (operator.isEmpty() || !spaced()) {
                throw wrong("expected an operator such as eq, a space and a value");
            }
            return new Test(List.copyOf(path), operator, peek('"') ? quoted() : token());
        }

        private Step step() {
            int start = at;
            while (at < text.length()
                    && (Character.isLetterOrDigit(text.charAt(at)) || "_-:".indexOf(text.charAt(at)) >= 0)) {
                at++;
            }
            if (start == at) {
                throw wrong("expected the name of a search parameter");
            }
            String name = text.substring(start, at);
            Filter where = null;
            if (skip('[')) {
                where = or();
                space();
                expect(']');
            }
            return new Step(name, where);
        }

        private String token() {
            int start = at;
            while (at < text.length()
                    && !Character.isWhitespace(text.charAt(at))
                    && ")]".indexOf(text.charAt(at)) < 0) {
                at++;
            }
            if (start == at) {
                throw wrong("expected a value");
            }
            return text.substring(start, at);
        }

        private String quoted() {
            StringBuilder value = new StringBuilder();
            for (at++; at < text.length(); at++) {
                char c = text.charAt(at);
                if (c == '"') {
                    at++;
                    return value.toString();
                }
                value.append(c == '\\' ? escaped() : c);
            }
            throw wrong("expected a closing \"");
        }

        private char escaped() {
            char c = ++at < text.length() ? text.charAt(at) : ' ';
            switch (c) {
                case '"', '\\', '/' -> {
                    return c;
                }
                case 'n' -> {
                    return '\n';
                }
                case 't' -> {
                    return '\t';
                }
                case 'r' -> {
                    return '\r';
                }
                case 'b' -> {
                    return '\b';
                }
                case 'f' -> {
                    return '\f';
                }
                case 'u' -> {
                    if (at + 4 < text.length() && text.substring(at + 1, at + 5).matches("[0-9A-Fa-f]{4}")) {
                        at += 4;
                        return (char) Integer.parseInt(text.substring(at - 3, at + 1), 16);
                    }
                    throw wrong("expected four hexadecimal digits after \\u");
                }
                default -> throw wrong("expected an escape of JSON");
            }
        }

        // ------------------------------------------------------------ letters

        private void space() {
            while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
                at++;
            }
        }

        private boolean spaced() {
            int start = at;
            space();
            return at > start;
        }

        private boolean peek(char c) {
            return at < text.length() && text.charAt(at) == c;
        }

        private boolean skip(char c) {
            if (peek(c)) {
                at++;
                return true;
            }
            return false;
        }

        private void expect(char c) {
            if (!skip(c)) {
                throw wrong("expected " + c);
            }
        }

        /** The word, with a space or a bracket behind it. */
        private boolean word(String word) {
            space();
            int end = at + word.length();
            boolean there = text.startsWith(word, at)
                    && end < text.length()
                    && (Character.isWhitespace(text.charAt(end)) || text.charAt(end) == '(');
            if (there) {
                at = end;
            }
            return there;
        }

        private Problem wrong(String expected) {
            String before = text.substring(Math.max(0, Math.min(at, text.length()) - 30), Math.min(at, text.length()));
            return Problem.malformed("_filter: " + expected + " after \"" + before + "\"", null);
        }
    }
}
