package io.github.throughcare.fhir.validation;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What one type (resource, datatype or backbone element) may hold; compiled on first use, since types are recursive. */
final class Shape {

    /** Rules beyond the list of elements. */
    enum Rule {
        NONE,
        EXTENSION,
        REFERENCE
    }

    /** What an element holds. */
    sealed interface Content {}

    /** @param codes the only ones allowed, for an element with a required binding */
    record Primitive(PrimitiveFormat format, @Nullable Set<String> codes) implements Content {}

    record Complex(Shape shape) implements Content {}

    /** A whole resource; a contained one may not contain others. */
    record Whole(boolean contained) implements Content {}

    /**
     * One JSON property.
     *
     * @param element ordinal of the element; the properties of a choice and the two of a primitive share one
     * @param choice whether it is one of several types of {@code element[x]}
     * @param besidePrimitive whether it is the {@code _name} that holds a primitive's id and extensions
     */
    record Property(int element, boolean repeats, boolean choice, boolean besidePrimitive, Content content) {}

    /**
     * @param required bit set of element ordinals
     * @param elements names by ordinal, a choice as {@code value[x]}
     */
    record Layout(Map<String, Property> properties, long required, List<String> elements) {

        Layout {
            properties = new HashMap<>(properties); // half the time of Map.copyOf for the one call that counts
            elements = List.copyOf(elements);
        }

        /** The JSON names of an element of {@link #elements}, in order: one, or those of a choice. */
        Set<String> names(int element) {
            Set<String> names = new TreeSet<>();
            properties.forEach((name, property) -> {
                if (property.element() == element && !property.besidePrimitive()) {
                    names.add(name);
                }
            });
            return names;
        }
    }

    private final String name;
    private final Rule rule;
    private final Supplier<Layout> compile;
    private volatile @Nullable Layout layout;

    Shape(String name, Rule rule, Supplier<Layout> compile) {
        this.name = name;
        this.rule = rule;
        this.compile = compile;
    }

    /** {@code Observation}, {@code Quantity}, {@code Observation.component}. */
    String name() {
        return name;
    }

    Rule rule() {
        return rule;
    }

    Layout layout() {
        Layout known = layout;
        if (known == null) {
            known = compile.get(); // twice at worst, with the same outcome
            layout = known;
        }
        return known;
    }
}
