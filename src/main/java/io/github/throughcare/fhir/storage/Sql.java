package io.github.throughcare.fhir.storage;

import java.util.ArrayList;
import java.util.List;

/**
 * A statement with its arguments, built piece by piece. Arguments: Long, Integer, Double, String, long[], String[], Integer[].
 * Values go nowhere but into arguments.
 */
public final class Sql {

    private final StringBuilder text = new StringBuilder(256);
    private final List<Object> args = new ArrayList<>();

    public Sql() {}

    public Sql(String text, Object... args) {
        add(text, args);
    }

    /** Appends text; each {@code ?} in it takes one argument. */
    public Sql add(String piece, Object... values) {
        text.append(piece);
        args.addAll(List.of(values));
        return this;
    }

    public Sql add(Sql other) {
        text.append(other.text);
        args.addAll(other.args);
        return this;
    }

    public boolean isEmpty() {
        return text.isEmpty();
    }

    public String text() {
        return text.toString();
    }

    public List<Object> args() {
        return List.copyOf(args);
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
