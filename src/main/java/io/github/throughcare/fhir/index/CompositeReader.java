package io.github.throughcare.fhir.index;

import io.github.throughcare.fhir.Problem;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads an own composite parameter (R4 searchparameter.html, {@code component}): the elements that its expression names, and for each
 * component the parameter of R4 that it compares like. What comes of it is the form that {@link Composites} compiles:
 * {@code component $ component-code $ component-value-quantity}, alternatives separated by {@code |}.
 */
final class CompositeReader {

    private static final Set<ParamKind> PLAIN = Set.of(
            ParamKind.TOKEN,
            ParamKind.REFERENCE,
            ParamKind.STRING,
            ParamKind.DATE,
            ParamKind.NUMBER,
            ParamKind.QUANTITY,
            ParamKind.URI);

    /** Parameters without index values of their own. */
    private static final Set<String> COLUMNS = Set.of("_id", "_lastUpdated");

    private final SearchParameters parameters;
    private final PathCompiler compiler;

    CompositeReader(SearchParameters parameters, PathCompiler compiler) {
        this.parameters = parameters;
        this.compiler = compiler;
    }

    /**
     * The expression to keep.
     *
     * @param expression the alternatives that start from this type
     * @throws Problem 422 when a component names no parameter of R4 that stands within the element
     */
    String read(String type, String expression, ObjectNode resource, String at) {
        JsonNode components = resource.path("component");
        if (components.size() < 2) {
            throw refused(at + ".component", "a composite parameter needs two components or more");
        }
        List<String> contexts = new ArrayList<>();
        for (List<ExpressionReader.Op> ops : ExpressionReader.read(expression)) {
            String element = element(type, ops, at);
            List<String> parts = new ArrayList<>(List.of(element.isEmpty() ? "." : element));
            for (int i = 0; i < components.size(); i++) {
                parts.add(part(type, element, components.get(i), at + ".component[" + i + "]"));
            }
            contexts.add(String.join(" $ ", parts));
        }
        return String.join(" | ", contexts);
    }

    /** Without the name of the type; empty: the resource itself. */
    private static String element(String type, List<ExpressionReader.Op> ops, String at) {
        if (!ops.stream().allMatch(ExpressionReader.Op.Name.class::isInstance)) {
            throw refused(
                    at + ".expression",
                    "of a composite parameter it names the resource or an element, such as " + type + " or " + type
                            + ".element, without conditions");
        }
        String path =
                ops.stream().map(op -> ((ExpressionReader.Op.Name) op).name()).collect(Collectors.joining("."));
        if (!Character.isUpperCase(path.charAt(0))) {
            return path;
        }
        int dot = path.indexOf('.');
        return dot < 0 ? "" : path.substring(dot + 1);
    }

    private String part(String type, String element, JsonNode component, String at) {
        Param named = named(type, component.path("definition").asString(""));
        if (named == null || !PLAIN.contains(named.kind()) || COLUMNS.contains(named.code())) {
            throw refused(
                    at + ".definition",
                    "it has to be the URL of a plain search parameter that R4 gives " + type
                            + ", such as http://hl7.org/fhir/SearchParameter/clinical-code");
        }
        Path inside = element.isEmpty()
                ? null
                : compiler.compile(type, type + "." + element).get(0);
        List<Path> wanted = paths(type, element, component.path("expression").asString(""), at);
        if (isInside(named, inside) && compiler.compile(named).stream().anyMatch(p -> isCovered(p, wanted))) {
            return named.code();
        }
        return others(type, named)
                .filter(p -> compiler.compile(p).stream().allMatch(x -> isCovered(x, wanted)))
                .map(Param::code)
                .findFirst()
                .orElseThrow(() -> refused(
                        at + ".expression",
                        "no search parameter that R4 gives " + type + " looks at it and compares as " + named.code()
                                + "; the components of a composite are compared like parameters of R4"));
    }

    private Stream<Param> others(String type, Param named) {
        Collection<Param> all = parameters.base(type);
        return all.stream()
                .filter(p -> p.kind() == named.kind() && !COLUMNS.contains(p.code()))
                .filter(p -> !compiler.compile(p).isEmpty());
    }

    private boolean isInside(Param param, @Nullable Path element) {
        List<Path> paths = compiler.compile(param);
        return !paths.isEmpty() && (element == null || paths.stream().allMatch(p -> p.after(element) != null));
    }

    /** R4 names its parameters Group-code; those that all types have are Resource-code and go by _code. */
    private @Nullable Param named(String type, String definition) {
        String last = definition.substring(definition.lastIndexOf('/') + 1).replaceAll("[|].*", "");
        int dash = last.indexOf('-');
        if (dash < 0 || !definition.startsWith("http://hl7.org/fhir/SearchParameter/")) {
            return null;
        }
        String code = last.substring(dash + 1);
        return parameters.base(type, last.startsWith("Resource-") ? "_" + code : code);
    }

    /** Where the component looks, whatever data type it wants there: that is the parameter's business. */
    private List<Path> paths(String type, String element, String expression, String at) {
        try {
            List<String> whole = new ArrayList<>();
            for (String alternative : ExpressionReader.split(expression)) {
                String uncast = alternative
                        .trim()
                        .replaceAll("\\.(as|ofType)\\(\\w+\\)", "")
                        .replaceAll("^\\(?([\\w.]+) as \\w+\\)?$", "$1");
                whole.add(type + "." + (element.isEmpty() ? "" : element + ".") + uncast);
            }
            return compiler.compileOwn(
                    new Param(type, "component", ParamKind.TOKEN, String.join(" | ", whole), Set.of(), List.of(), 0));
        } catch (IllegalArgumentException e) {
            throw refused(at + ".expression", "It cannot be indexed: " + e.getMessage());
        }
    }

    /** Does one of these lead there too, perhaps with more data types? */
    private static boolean isCovered(Path path, List<Path> wanted) {
        return wanted.stream().anyMatch(w -> {
            if (w.steps().size() != path.steps().size()) {
                return false;
            }
            for (int i = 0; i < w.steps().size(); i++) {
                Path.Step a = path.steps().get(i);
                Path.Step b = w.steps().get(i);
                if (!b.names().containsAll(a.names())
                        || !Optional.ofNullable(a.where()).equals(Optional.ofNullable(b.where()))
                        || !Optional.ofNullable(a.equal()).equals(Optional.ofNullable(b.equal()))) {
                    return false;
                }
            }
            return true;
        });
    }

    private static Problem refused(String expression, String text) {
        return new Problem(422, IssueType.BUSINESSRULE, text, expression);
    }
}
