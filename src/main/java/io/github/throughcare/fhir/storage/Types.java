package io.github.throughcare.fhir.storage;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The numbers of resource types, as this database has them. */
public final class Types {

    private final Map<String, Short> numbers;
    private final Map<Short, String> names = new HashMap<>();

    Types(Map<String, Short> numbers) {
        this.numbers = Map.copyOf(numbers);
        numbers.forEach((name, number) -> names.put(number, name));
    }

    public int number(String name) {
        return Optional.ofNullable(numbers.get(name))
                .orElseThrow(() -> new IllegalArgumentException("No resource type " + name));
    }

    String name(int number) {
        return Optional.ofNullable(names.get((short) number))
                .orElseThrow(() -> new IllegalStateException("No resource type " + number));
    }

    /** The names of all types. */
    public Set<String> all() {
        return numbers.keySet();
    }
}
