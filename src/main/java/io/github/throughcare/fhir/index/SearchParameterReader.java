package io.github.throughcare.fhir.index;

import io.github.throughcare.fhir.Problem;
import io.github.throughcare.fhir.index.OwnParameter.State;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads a SearchParameter resource (R4 searchparameter.html): which parameters of which types it defines. One that redefines a
 * parameter of R4 by the same code and type defines nothing: R4's own serves it.
 */
public final class SearchParameterReader {

    /** Data types that a parameter of each kind can index. */
    private static final Map<ParamKind, Set<String>> FITTING = Map.of(
            ParamKind.TOKEN,
            Set.of(
                    "code",
                    "Coding",
                    "CodeableConcept",
                    "Identifier",
                    "ContactPoint",
                    "boolean",
                    "string",
                    "uri",
                    "id",
                    "oid",
                    "uuid",
                    "url",
                    "canonical",
                    "integer",
                    "positiveInt",
                    "unsignedInt"),
            ParamKind.REFERENCE,
            Set.of("Reference", "canonical", "uri"),
            ParamKind.STRING,
            Set.of("string", "markdown", "code", "id", "uri", "HumanName", "Address"),
            ParamKind.DATE,
            Set.of("date", "dateTime", "instant", "Period", "Timing"),
            ParamKind.NUMBER,
            Set.of("integer", "decimal", "positiveInt", "unsignedInt", "Range"),
            ParamKind.QUANTITY,
            Set.of(
                    "Quantity",
                    "Age",
                    "Duration",
                    "Count",
                    "Distance",
                    "SimpleQuantity",
                    "Money",
                    "MoneyQuantity",
                    "Range",
                    "SampledData"),
            ParamKind.URI,
            Set.of("uri", "url", "canonical", "oid", "uuid"));

    private final SearchParameters parameters;
    private final TypeIndex.Catalog catalog;

    public SearchParameterReader(TypeIndex.Catalog catalog) {
        this.catalog = catalog;
        this.parameters = catalog.parameters();
    }

    /**
     * Its parameters, one for each type; none when it is not active.
     *
     * @param id of the resource
     * @param place where in a Bundle it stands, or null
     * @return without bits, in state {@link State#BUILDING}
     * @throws Problem 422 when it is active and cannot be indexed, with the element that is wrong
     */
    public List<OwnParameter> read(String id, ObjectNode resource, @Nullable String place) {
        if (!resource.path("status").asString("").equals("active")) {
            return List.of();
        }
        String at = place == null ? "SearchParameter" : place + ".resource";
        String code = resource.path("code").asString("");
        if (!code.matches("[A-Za-z][A-Za-z0-9_-]{0,63}")) {
            throw refused(
                    at + ".code",
                    "a code that can stand in a URL is needed: letters, digits, - and _, beginning with a letter");
        }
        ParamKind kind = kind(resource.path("type").asString(""), at);
        String expression = resource.path("expression").asString("");
        if (expression.isBlank()) {
            throw refused(at + ".expression", "an active SearchParameter needs an expression to be indexed by");
        }
        Set<String> targets = new TreeSet<>();
        resource.path("target").forEach(t -> targets.add(t.asString()));
        List<List<ExpressionReader.Op>> alternatives = alternatives(expression, at);
        List<OwnParameter> found = new ArrayList<>();
        for (String type : types(resource)) {
            Param known = parameters.base(type, code);
            if (known != null) {
                if (known.kind() != kind) {
                    throw refused(
                            at + ".code",
                            code + " of " + type + " is a parameter of R4 of type "
                                    + known.kind().name().toLowerCase(Locale.ROOT) + "; take another code");
                }
                continue;
            }
            String own = own(type, expression, alternatives);
            if (own.isEmpty()) {
                throw refused(
                        at + ".expression", "No part of the expression starts from " + type + ", which base names");
            }
            if (kind == ParamKind.COMPOSITE) {
                own = catalog.composites().read(type, own, resource, at);
            }
            OwnParameter one = new OwnParameter(
                    id, resource.path("url").asString(""), type, code, kind, own, targets, 0, State.BUILDING);
            if (kind == ParamKind.COMPOSITE) {
                checkComposite(one, at);
            } else {
                check(one, at);
            }
            found.add(one);
        }
        return found;
    }

    private static Problem refused(String expression, String text) {
        return new Problem(422, IssueType.BUSINESSRULE, text, expression);
    }

    private static ParamKind kind(String type, String at) {
        ParamKind kind = Arrays.stream(ParamKind.values())
                .filter(k -> k.name().toLowerCase(Locale.ROOT).equals(type))
                .findFirst()
                .orElseThrow(() -> refused(at + ".type", "a type of search parameter is needed"));
        if (!FITTING.containsKey(kind) && kind != ParamKind.COMPOSITE) {
            throw refused(
                    at + ".type",
                    "own parameters of type " + type
                            + " are not indexed; those of type token, reference, string, date, number, quantity, uri and composite are");
        }
        return kind;
    }

    private List<String> types(ObjectNode resource) {
        Set<String> types = new TreeSet<>();
        resource.path("base").forEach(b -> {
            String base = b.asString();
            if (base.equals("Resource") || base.equals("DomainResource")) {
                types.addAll(parameters.types());
            } else if (parameters.isType(base)) {
                types.add(base);
            }
        });
        return List.copyOf(types);
    }

    private static List<List<ExpressionReader.Op>> alternatives(String expression, String at) {
        try {
            return ExpressionReader.read(expression);
        } catch (IllegalArgumentException e) {
            throw refused(at + ".expression", "The expression cannot be indexed: " + e.getMessage());
        }
    }

    /** The alternatives that start from this type. */
    private static String own(String type, String expression, List<List<ExpressionReader.Op>> alternatives) {
        List<String> texts = ExpressionReader.split(expression);
        List<String> own = new ArrayList<>();
        for (int i = 0; i < texts.size(); i++) {
            String first = ((ExpressionReader.Op.Name) alternatives.get(i).get(0)).name();
            if (first.equals(type)
                    || first.equals("Resource")
                    || first.equals("DomainResource")
                    || Character.isLowerCase(first.charAt(0))) {
                own.add(texts.get(i).trim());
            }
        }
        return String.join(" | ", own);
    }

    private void checkComposite(OwnParameter one, String at) {
        if (!catalog.isHeld(one)) {
            throw refused(
                    at + ".component",
                    "In an element that repeats two codes or references, one of them and a quantity, or two numbers can be"
                            + " searched together; other combinations only where the element can be there once");
        }
    }

    private void check(OwnParameter one, String at) {
        Set<String> dataTypes;
        try {
            dataTypes = catalog.dataTypes(one);
        } catch (IllegalArgumentException e) {
            throw refused(
                    at + ".expression", "The expression cannot be indexed for " + one.type() + ": " + e.getMessage());
        }
        if (dataTypes.stream().noneMatch(FITTING.get(one.kind())::contains)) {
            throw refused(
                    at + ".expression",
                    "The expression leads to " + String.join(", ", dataTypes) + " in " + one.type()
                            + ", which a parameter of type " + one.kind().name().toLowerCase(Locale.ROOT)
                            + " cannot hold; it can hold "
                            + String.join(", ", new TreeSet<>(FITTING.get(one.kind()))));
        }
    }
}
