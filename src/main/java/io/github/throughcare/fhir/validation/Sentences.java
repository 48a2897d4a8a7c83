package io.github.throughcare.fhir.validation;

import java.util.Set;
import java.util.TreeSet;

/** What is said of a finding: what is wrong and what would be right. */
final class Sentences {

    static final String NO_NULL =
            "null is no value in FHIR; leave the element out. In an array it may only keep the place"
                    + " of what stands in the array of the same name with or without underscore.";

    private static final int LONGEST_LIST = 400;
    private static final int LONGEST_QUOTE = 80;

    private Sentences() {}

    static String unknown(String name, Shape shape) {
        return shape.name() + " has no element \"" + shortened(name) + "\" in R4; " + hint(name, shape.layout()) + ".";
    }

    private static String hint(String name, Shape.Layout layout) {
        for (String property : layout.properties().keySet()) {
            if (property.equalsIgnoreCase(name)) {
                return "it is written \"" + property + "\"";
            }
        }
        int choice = layout.elements().indexOf(name + "[x]");
        if (choice >= 0) {
            return "the type of the value belongs to its name: " + listed(layout.names(choice));
        }
        if (name.startsWith("_") && layout.properties().containsKey(name.substring(1))) {
            return "the underscore is for primitives only, an object has its id and extension inside";
        }
        return "leave it out, or use an extension";
    }

    static String missing(int element, Shape shape) {
        String name = shape.layout().elements().get(element);
        String as = name.endsWith("[x]") ? " (one of " + listed(shape.layout().names(element)) + ")" : "";
        return shape.name() + " must have the element \"" + name + "\"" + as + ".";
    }

    static String tooManyChoices(String element, Set<String> present) {
        return element + " can have one type only; keep one of " + listed(present) + ".";
    }

    static String listed(Set<String> names) {
        String all = String.join(", ", new TreeSet<>(names));
        return all.length() <= LONGEST_LIST ? all : all.substring(0, all.lastIndexOf(", ", LONGEST_LIST)) + ", ...";
    }

    static String shortened(Object value) {
        String text = value.toString();
        return text.length() <= LONGEST_QUOTE ? text : text.substring(0, LONGEST_QUOTE) + "...";
    }
}
