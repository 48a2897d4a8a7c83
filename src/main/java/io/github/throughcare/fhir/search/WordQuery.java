package io.github.throughcare.fhir.search;

import io.github.throughcare.fhir.Problem;
import io.github.throughcare.fhir.storage.Sql;
import java.util.ArrayList;
import java.util.List;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;

/**
 * A question about words (R4 search.html 3.1.1.4.20), as in {@code (bone OR liver) and metastases}: words side by side must all be
 * there; {@code and}, {@code or}, {@code not} in any case, {@code -without}, {@code "a phrase"} and parentheses. {@code and} binds closer
 * than {@code or}. Pure.
 */
sealed interface WordQuery {

    /** As a PostgreSQL tsquery. */
    Sql sql();

    /** A word, or words one after the other. */
    record Words(String text) implements WordQuery {
        @Override
        public Sql sql() {
            return new Sql("phraseto_tsquery('simple', ?)", text);
        }
    }

    record Not(WordQuery of) implements WordQuery {
        @Override
        public Sql sql() {
            return new Sql("!!(").add(of.sql()).add(")");
        }
    }

    /** All of them, or any. */
    record Joined(boolean all, List<WordQuery> parts) implements WordQuery {
        @Override
        public Sql sql() {
            Sql sql = new Sql("(");
            for (int i = 0; i < parts.size(); i++) {
                sql.add(i == 0 ? "" : all ? " && " : " || ").add(parts.get(i).sql());
            }
            return sql.add(")");
        }
    }

    /** @throws Problem 400 for parentheses or quotes that do not match, an operator without words, and more than 100 words */
    static WordQuery parse(String name, String text) {
        return new Parser(name, text).whole();
    }

    /** By recursive descent. */
    final class Parser {
        private static final int MOST = 100;

        private final String name;
        private final List<String> tokens = new ArrayList<>();
        private int at;

        Parser(String name, String text) {
            this.name = name;
            int i = 0;
            while (i < text.length()) {
                char c = text.charAt(i);
                int end = i + 1;
                if (c == '"') {
                    end = text.indexOf('"', i + 1) + 1;
                    if (end == 0) {
                        throw malformed("a quote is not closed");
                    }
                } else if (!Character.isWhitespace(c) && c != '(' && c != ')') {
                    while (end < text.length()
                            && !Character.isWhitespace(text.charAt(end))
                            && "()\"".indexOf(text.charAt(end)) < 0) {
                        end++;
                    }
                }
                if (!Character.isWhitespace(c)) {
                    tokens.add(text.substring(i, end));
                }
                i = end;
            }
            if (tokens.size() > MOST) {
                throw new Problem(400, IssueType.TOOCOSTLY, name + " asks for more than " + MOST + " words");
            }
        }

        private Problem malformed(String why) {
            return Problem.malformed(
                    "Search parameter " + name + ": " + why
                            + ". It takes words, \"a phrase\", and, or, not, -word and parentheses",
                    null);
        }

        WordQuery whole() {
            WordQuery query = any();
            if (at < tokens.size()) {
                throw malformed("a parenthesis is closed that was not opened");
            }
            return query;
        }

        private boolean is(String token) {
            return at < tokens.size() && tokens.get(at).equalsIgnoreCase(token);
        }

        private WordQuery any() {
            List<WordQuery> parts = new ArrayList<>(List.of(all()));
            while (is("or")) {
                at++;
                parts.add(all());
            }
            return parts.size() == 1 ? parts.get(0) : new Joined(false, List.copyOf(parts));
        }

        private WordQuery all() {
            List<WordQuery> parts = new ArrayList<>(List.of(one()));
            while (at < tokens.size() && !is("or") && !is(")")) {
                if (is("and")) {
                    at++;
                }
                parts.add(one());
            }
            return parts.size() == 1 ? parts.get(0) : new Joined(true, List.copyOf(parts));
        }

        private WordQuery one() {
            if (at >= tokens.size() || is("or") || is("and") || is(")")) {
                throw malformed("a word is missing");
            }
            String token = tokens.get(at++);
            if (token.equalsIgnoreCase("not")) {
                return new Not(one());
            }
            if (token.equals("(")) {
                WordQuery inside = any();
                if (!is(")")) {
                    throw malformed("a parenthesis is not closed");
                }
                at++;
                return inside;
            }
            if (token.startsWith("-") && token.length() > 1) {
                return new Not(new Words(token.substring(1)));
            }
            if (token.equals("-")) {
                return new Not(one());
            }
            return new Words(token);
        }
    }
}
