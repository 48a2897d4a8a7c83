package io.github.throughcare.fhir.index;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What R4's composite parameters are made of (SearchParameter.component), as names of the plain parameters that compare alike. A
 * component's own expression always is the plain parameter's path from the element on; a test holds this table against the
 * definitions.
 */
final class Composites {

    private static final List<String> COORDINATE = List.of("variant-start", "variant-end");

    /** type.code (or *.code) -> element -> components; "" is the resource itself. */
    private static final Map<String, Map<String, List<String>>> R4 = Map.ofEntries(
            Map.entry("*.context-type-quantity", Map.of("useContext", List.of("context-type", "context-quantity"))),
            Map.entry("*.context-type-value", Map.of("useContext", List.of("context-type", "context"))),
            Map.entry("DocumentReference.relationship", Map.of("relatesTo", List.of("relatesto", "relation"))),
            Map.entry("Group.characteristic-value", Map.of("characteristic", List.of("characteristic", "value"))),
            Map.entry("MolecularSequence.chromosome-variant-coordinate", Map.of("variant", before("chromosome"))),
            Map.entry(
                    "MolecularSequence.chromosome-window-coordinate",
                    Map.of("referenceSeq", List.of("chromosome", "window-start", "window-end"))),
            Map.entry(
                    "MolecularSequence.referenceseqid-variant-coordinate", Map.of("variant", before("referenceseqid"))),
            Map.entry(
                    "MolecularSequence.referenceseqid-window-coordinate",
                    Map.of("referenceSeq", List.of("referenceseqid", "window-start", "window-end"))),
            Map.entry("Observation.code-value-concept", Map.of("", List.of("code", "value-concept"))),
            Map.entry("Observation.code-value-date", Map.of("", List.of("code", "value-date"))),
            Map.entry("Observation.code-value-quantity", Map.of("", List.of("code", "value-quantity"))),
            Map.entry("Observation.code-value-string", Map.of("", List.of("code", "value-string"))),
            Map.entry(
                    "Observation.combo-code-value-concept",
                    Map.of(
                            "",
                            List.of("code", "value-concept"),
                            "component",
                            List.of("component-code", "component-value-concept"))),
            Map.entry(
                    "Observation.combo-code-value-quantity",
                    Map.of(
                            "",
                            List.of("code", "value-quantity"),
                            "component",
                            List.of("component-code", "component-value-quantity"))),
            Map.entry(
                    "Observation.component-code-value-concept",
                    Map.of("component", List.of("component-code", "component-value-concept"))),
            Map.entry(
                    "Observation.component-code-value-quantity",
                    Map.of("component", List.of("component-code", "component-value-quantity"))));

    private Composites() {}

    private static List<String> before(String first) {
        List<String> all = new ArrayList<>(List.of(first));
        all.addAll(COORDINATE);
        return List.copyOf(all);
    }

    /** Element to components: as {@link CompositeReader} has written them, or as R4 defines them. */
    private static Map<String, List<String>> parts(Param param) {
        if (!param.expression().contains(" $ ")) {
            return parts(param.type(), param.code());
        }
        Map<String, List<String>> own = new LinkedHashMap<>();
        for (String context : param.expression().split(" \\| ")) {
            List<String> parts = List.of(context.split(" \\$ "));
            own.put(parts.get(0).equals(".") ? "" : parts.get(0), parts.subList(1, parts.size()));
        }
        return own;
    }

    /** Element to components; empty for a composite that R4 does not have. */
    static Map<String, List<String>> parts(String type, String code) {
        return Optional.ofNullable(R4.get(type + "." + code)).orElseGet(() -> R4.getOrDefault("*." + code, Map.of()));
    }

    /** Empty when its components cannot be held together. */
    static Optional<Composite> compile(Param param, PathCompiler compiler, Function<String, Composite.Part> plain) {
        return compile(param, compiler, plain, false);
    }

    /** @param contained of resources several of which stand on one row: no condition on that row says which of them it is about */
    static Optional<Composite> compile(
            Param param, PathCompiler compiler, Function<String, Composite.Part> plain, boolean contained) {
        List<Composite.Context> contexts = new ArrayList<>();
        for (Map.Entry<String, List<String>> e : parts(param).entrySet()) {
            Path element = e.getKey().isEmpty()
                    ? null
                    : compiler.compile(param.type(), param.type() + "." + e.getKey())
                            .get(0);
            List<Composite.Part> parts = e.getValue().stream()
                    .map(plain)
                    .map(p -> element == null ? p : inside(p, element))
                    .toList();
            Composite.Form form = form(element, parts, contained);
            if (form == null) {
                return Optional.empty();
            }
            contexts.add(new Composite.Context(element, form, parts));
        }
        return contexts.isEmpty() ? Optional.empty() : Optional.of(new Composite(param, contexts));
    }

    private static Composite.Part inside(Composite.Part whole, Path element) {
        List<Path> rest = new ArrayList<>();
        for (Path p : whole.inside()) {
            Path tail = p.after(element);
            if (tail != null) {
                rest.add(tail);
            }
        }
        return new Composite.Part(whole.param(), whole.seed(), rest);
    }

    private static Composite.@Nullable Form form(
            @Nullable Path element, List<Composite.Part> parts, boolean contained) {
        if (!contained && (element == null || element.isSingle())) {
            return Composite.Form.ROW;
        }
        List<ParamKind> kinds = parts.stream()
                .filter(Composite.Part::isInside)
                .map(p -> p.param().kind())
                .toList();
        long keys = kinds.stream()
                .filter(k -> k == ParamKind.TOKEN || k == ParamKind.REFERENCE)
                .count();
        long numbers = kinds.stream()
                .filter(k -> k == ParamKind.NUMBER || k == ParamKind.QUANTITY)
                .count();
        if (keys == kinds.size() && keys == 2) {
            return Composite.Form.KEYS;
        }
        if (keys == 1 && kinds.size() == 2 && kinds.contains(ParamKind.QUANTITY)) {
            return Composite.Form.NUMBER;
        }
        boolean plain = kinds.stream().allMatch(k -> k == ParamKind.NUMBER);
        return numbers == 2 && kinds.size() == 2 && plain ? Composite.Form.NUMBERS : null;
    }
}
