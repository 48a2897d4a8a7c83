package io.github.throughcare.fhir.index;

import java.util.ArrayList;
import java.util.List;

/**
 * Reads the FHIRPath of own search parameters: paths with {@code as(T)}, {@code as T}, {@code ofType(T)}, {@code where(x='y')},
 * {@code extension('url')}, {@code where(resolve() is T)}, {@code [n]} and {@code first()}, joined by {@code |}. Anything else is refused with its
 * place, because a path that was only half understood would find the wrong resources.
 */
final class ExpressionReader {

    /** One step: an element, a condition on it, its type, or the type it refers to. */
    sealed interface Op {
        record Name(String name) implements Op {}

        record Where(String property, String value) implements Op {}

        record Cast(String type) implements Op {}

        record RefersTo(String type) implements Op {}
    }

    /** What cannot be read, and where. */
    static final class Unreadable extends IllegalArgumentException {
        private static final long serialVersionUID = 1L;

        Unreadable(String text, int at, String wanted) {
            super("at character " + (at + 1) + " of \"" + text + "\": " + wanted);
        }
    }

    private final String text;
    private int at;

    private ExpressionReader(String text) {
        this.text = text;
    }

    /** The alternatives, each with its steps; the first step is the name that the path starts with. */
    static List<List<Op>> read(String expression) {
        ExpressionReader reader = new ExpressionReader(expression);
        List<List<Op>> all = new ArrayList<>();
        do {
            all.add(reader.path());
            reader.space();
        } while (reader.skip("|"));
        if (reader.at < expression.length()) {
            throw reader.unreadable("a path, or | between paths, is expected; " + KNOWN);
        }
        return all;
    }

    /** The texts of the alternatives, in the same order as {@link #read} gives them. */
    static List<String> split(String expression) {
        ExpressionReader reader = new ExpressionReader(expression);
        List<String> all = new ArrayList<>();
        do {
            int start = reader.at;
            reader.path();
            all.add(expression.substring(start, reader.at));
            reader.space();
        } while (reader.skip("|"));
        return all;
    }

    private static final String KNOWN =
            "known are element names, as(Type), ofType(Type), where(element='value'), where(resolve() is Type), extension('url'), first() and [n]";

    private Unreadable unreadable(String wanted) {
        return new Unreadable(text, at, wanted);
    }

    private List<Op> path() {
        List<Op> ops = new ArrayList<>();
        space();
        if (skip("(")) {
            ops.addAll(path());
            space();
            require(")");
        } else {
            ops.add(new Op.Name(word("an element name")));
        }
        while (true) {
            if (skip(".")) {
                step(ops);
            } else if (skip("[")) {
                while (at < text.length() && Character.isDigit(text.charAt(at))) {
                    at++;
                }
                require("]");
            } else {
                break;
            }
        }
        space();
        if (text.startsWith("as ", at)) {
            at += 3;
            space();
            ops.add(new Op.Cast(word("a type")));
        }
        return ops;
    }

    private void step(List<Op> ops) {
        int start = at;
        String name = word("an element or function name");
        if (!skip("(")) {
            ops.add(new Op.Name(name));
            return;
        }
        space();
        switch (name) {
            case "as", "ofType" -> ops.add(new Op.Cast(word("a type")));
            case "extension" -> {
                ops.add(new Op.Name("extension"));
                ops.add(new Op.Where("url", literal()));
            }
            case "first" -> {}
            case "where" -> {
                if (skip("resolve()")) {
                    space();
                    require("is ");
                    space();
                    ops.add(new Op.RefersTo(word("a type")));
                } else {
                    String property = word("an element name");
                    space();
                    require("=");
                    space();
                    ops.add(new Op.Where(property, literal()));
                }
            }
            default -> {
                at = start;
                throw unreadable("the function " + name + "() cannot be indexed; " + KNOWN);
            }
        }
        space();
        require(")");
    }

    private String literal() {
        require("'");
        int end = text.indexOf('\'', at);
        if (end < 0 || text.substring(at, end).contains("\\")) {
            throw unreadable("a text in single quotes without escapes is expected");
        }
        String value = text.substring(at, end);
        at = end + 1;
        return value;
    }

    private String word(String wanted) {
        int start = at;
        while (at < text.length() && (Character.isLetterOrDigit(text.charAt(at)) || text.charAt(at) == '_')) {
            at++;
        }
        if (start == at) {
            throw unreadable(wanted + " is expected; " + KNOWN);
        }
        return text.substring(start, at);
    }

    private void space() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
    }

    private boolean skip(String token) {
        if (text.startsWith(token, at)) {
            at += token.length();
            return true;
        }
        return false;
    }

    private void require(String token) {
        if (!skip(token)) {
            throw unreadable(token.trim() + " is expected");
        }
    }
}
