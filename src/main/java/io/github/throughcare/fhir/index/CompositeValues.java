package io.github.throughcare.fhir.index;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** What composite parameters add to the index of a resource; see {@link Composite.Form}. */
final class CompositeValues {

    /** How the value of a plain parameter is indexed. */
    interface Plain {
        void index(Param param, Path path, JsonNode node, String dataType, IndexValues out);
    }

    private final NumberValues numbers;

    CompositeValues(NumberValues numbers) {
        this.numbers = numbers;
    }

    /** The rows of a number or quantity that is also searched together with the codes beside it. */
    void beside(
            TypeIndex.Compiled c, List<Composite.Context> contexts, JsonNode resource, Plain plain, IndexValues out) {
        for (Composite.Context context : contexts) {
            context.visit(resource, inside -> {
                List<Long> keys = new ArrayList<>();
                for (Composite.Part part : context.parts()) {
                    if (part.param().kind() == ParamKind.TOKEN || part.param().kind() == ParamKind.REFERENCE) {
                        Arrays.stream(keys(part, inside, plain)).forEach(keys::add);
                    }
                }
                for (Composite.Part part : context.parts()) {
                    if (part.param().code().equals(c.param().code())) {
                        for (Path path : part.inside()) {
                            path.visit(inside, (node, dataType) -> {
                                if (numbers.quantity(c.seed(), node, dataType, keys, out)) {
                                    out.present(c.param().bit());
                                }
                            });
                        }
                    }
                }
            });
        }
        for (Path path : c.paths()) {
            if (contexts.stream().noneMatch(x -> x.holds(path))) {
                path.visit(resource, (node, dataType) -> plain.index(c.param(), path, node, dataType, out));
            }
        }
    }

    /** After all plain parameters: keys and rows of their own, and whether there is a value at all. */
    void index(Composite composite, long seed, JsonNode resource, Plain plain, IndexValues out) {
        for (Composite.Context context : composite.contexts()) {
            boolean outside = context.parts().stream()
                    .filter(p -> !p.isInside() || context.form() == Composite.Form.ROW)
                    .allMatch(p -> out.isPresent(p.param().bit()));
            if (!outside) {
                continue;
            }
            if (context.form() == Composite.Form.ROW) {
                out.present(composite.param().bit());
            } else {
                context.visit(resource, inside -> {
                    if (element(context, seed, inside, plain, out)) {
                        out.present(composite.param().bit());
                    }
                });
            }
        }
    }

    private static boolean element(
            Composite.Context context, long seed, JsonNode inside, Plain plain, IndexValues out) {
        List<Composite.Part> parts =
                context.parts().stream().filter(Composite.Part::isInside).toList();
        IndexValues first = scratch(parts.get(0), inside, plain);
        IndexValues second = scratch(parts.get(1), inside, plain);
        if (!first.isPresent(parts.get(0).param().bit())
                || !second.isPresent(parts.get(1).param().bit())) {
            return false;
        }
        if (context.form() == Composite.Form.KEYS) {
            for (long a : first.keys()) {
                for (long b : second.keys()) {
                    out.filter(Keys.together(seed, a, b));
                }
            }
        } else if (context.form() == Composite.Form.NUMBERS) {
            for (IndexValues.Num a : first.numbers()) {
                for (IndexValues.Num b : second.numbers()) {
                    out.number(new IndexValues.Num(seed, a.lo(), b.lo(), 0, 0, List.of()));
                }
            }
        }
        return true;
    }

    private static long[] keys(Composite.Part part, JsonNode inside, Plain plain) {
        return scratch(part, inside, plain).keys();
    }

    private static IndexValues scratch(Composite.Part part, JsonNode inside, Plain plain) {
        IndexValues scratch = new IndexValues();
        for (Path path : part.inside()) {
            path.visit(inside, (node, dataType) -> plain.index(part.param(), path, node, dataType, scratch));
        }
        return scratch;
    }
}
