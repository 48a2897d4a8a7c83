package io.github.throughcare.fhir.index;

import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A composite parameter (R4 search.html 3.1.1.4.10): its components must hold within one and the same element.
 *
 * @param param the parameter
 * @param contexts the elements it looks at; a match in one of them is a match
 */
public record Composite(Param param, List<Context> contexts) {

    public Composite {
        contexts = List.copyOf(contexts);
    }

    /** How "in the same element" is held. */
    public enum Form {
        /** The element can be there once: conditions on the row say it all. */
        ROW,
        /** Codes and references: one key for each combination within an element ({@link Keys#together}). */
        KEYS,
        /** Codes and one number or quantity: the number's row names the codes beside it ({@code idx_number.also}). */
        NUMBER,
        /** Two numbers: one row of {@code idx_number} that holds both. */
        NUMBERS
    }

    /**
     * One element.
     *
     * @param element path to it; null: the resource itself
     * @param form how it is held
     * @param parts the components in order
     */
    public record Context(@Nullable Path element, Form form, List<Part> parts) {
        public Context {
            parts = List.copyOf(parts);
        }

        /** Hands over each such element of the resource. */
        void visit(JsonNode resource, Consumer<JsonNode> visitor) {
            if (element == null) {
                visitor.accept(resource);
            } else {
                element.visit(resource, (node, type) -> visitor.accept(node));
            }
        }

        /** Does the path go through such an element? */
        boolean holds(Path path) {
            return element == null || path.after(element) != null;
        }
    }

    /**
     * One component.
     *
     * @param param the parameter that it compares like
     * @param seed its seed
     * @param inside paths from the element; empty: it stands elsewhere in the resource, so it is a condition on the row
     */
    public record Part(Param param, long seed, List<Path> inside) {
        public Part {
            inside = List.copyOf(inside);
        }

        public boolean isInside() {
            return !inside.isEmpty();
        }
    }

    /** The number of components. */
    public int size() {
        return contexts.get(0).parts().size();
    }
}
