package io.github.throughcare.fhir.interaction;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.parser.DataFormatException;
import io.github.throughcare.fhir.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.hl7.fhir.r4.model.Base;
import org.hl7.fhir.r4.model.OperationDefinition;
import org.hl7.fhir.r4.model.OperationDefinition.OperationDefinitionParameterComponent;
import org.hl7.fhir.r4.model.OperationDefinition.OperationParameterUse;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Parameters.ParametersParameterComponent;
import org.hl7.fhir.r4.model.PrimitiveType;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.Type;
import tools.jackson.databind.node.ObjectNode;

/** The input of an operation: from a Parameters body, from one resource as the body, or from a query string; checked by its definition. */
final class OperationInput {

    private static final java.util.Set<String> SHAPE = java.util.Set.of("_format", "_pretty", "_summary", "_elements");

    private OperationInput() {}

    /** A Parameters resource, or the resource itself where the operation takes exactly one. */
    static Parameters fromBody(FhirContext context, OperationDefinition d, ObjectNode body) {
        Resource resource;
        try {
            resource = (Resource) context.newJsonParser()
                    .setParserErrorHandler(new ca.uhn.fhir.parser.StrictErrorHandler())
                    .parseResource(body.toString());
        } catch (DataFormatException e) {
            throw Problem.malformed("The body is no valid FHIR resource: " + e.getMessage(), null);
        }
        if (resource instanceof Parameters parameters) {
            return parameters;
        }
        List<OperationDefinitionParameterComponent> resources = in(d).stream()
                .filter(p -> resource.fhirType().equals(p.getType()) || "Resource".equals(p.getType()))
                .toList();
        if (resources.size() != 1) {
            throw Problem.malformed(
                    "$" + d.getCode() + " takes a Parameters resource, not " + resource.fhirType(), "resourceType");
        }
        Parameters parameters = new Parameters();
        parameters.addParameter().setName(resources.get(0).getName()).setResource(resource);
        return parameters;
    }

    static Parameters fromQuery(OperationDefinition d, Map<String, List<String>> query) {
        Parameters parameters = new Parameters();
        query.forEach((name, values) -> {
            if (!SHAPE.contains(name)) {
                OperationDefinitionParameterComponent p = in(d).stream()
                        .filter(i -> i.getName().equals(name))
                        .findFirst()
                        .orElseThrow(() -> unknown(d, name));
                values.forEach(v -> parameters.addParameter(
                        new ParametersParameterComponent().setName(name).setValue(value(d, p, v))));
            }
        });
        return parameters;
    }

    private static Type value(OperationDefinition d, OperationDefinitionParameterComponent p, String text) {
        if (text.isBlank()) {
            throw Problem.malformed(
                    p.getName() + " of $" + d.getCode() + " is given without a value; leave it out to have the default",
                    null);
        }
        try {
            if ("Reference".equals(p.getType())) {
                return new Reference(text);
            }
            Base made = new org.hl7.fhir.r4.model.Factory().create(String.valueOf(p.getType()));
            if (made instanceof PrimitiveType<?> primitive) {
                primitive.setValueAsString(text);
                return primitive;
            }
        } catch (RuntimeException e) {
            throw Problem.malformed(
                    p.getName() + " of $" + d.getCode() + " takes a " + p.getType() + ", not " + text, null);
        }
        throw Problem.malformed(
                p.getName() + " of $" + d.getCode() + " is a " + p.getType() + ": send it in a Parameters body", null);
    }

    /** @throws Problem 400 for an unknown or missing parameter, one too many, or one of the wrong type */
    static void check(OperationDefinition d, Parameters in) {
        List<Problem.Issue> issues = new ArrayList<>();
        for (int i = 0; i < in.getParameter().size(); i++) {
            ParametersParameterComponent given = in.getParameter().get(i);
            String place = "Parameters.parameter[" + i + "]";
            OperationDefinitionParameterComponent p = in(d).stream()
                    .filter(x -> x.getName().equals(given.getName()))
                    .findFirst()
                    .orElse(null);
            if (p == null) {
                throw unknown(d, String.valueOf(given.getName()));
            }
            Base value = given.hasResource() ? given.getResource() : given.getValue();
            String wanted = p.getType();
            if (wanted != null && (value == null || !isA(value, wanted))) {
                issues.add(new Problem.Issue(
                        org.hl7.fhir.r4.model.OperationOutcome.IssueType.INVALID,
                        p.getName() + " of $" + d.getCode() + " takes a " + wanted + ", not "
                                + (value == null ? "nothing" : value.fhirType()),
                        place));
            }
        }
        for (OperationDefinitionParameterComponent p : in(d)) {
            long given = in.getParameter().stream()
                    .filter(x -> p.getName().equals(x.getName()))
                    .count();
            if (given < p.getMin()) {
                issues.add(new Problem.Issue(
                        org.hl7.fhir.r4.model.OperationOutcome.IssueType.REQUIRED,
                        "$" + d.getCode() + " needs the parameter " + p.getName() + " (" + p.getType() + ")",
                        "Parameters"));
            }
            if (!"*".equals(p.getMax()) && given > Integer.parseInt(p.getMax())) {
                issues.add(new Problem.Issue(
                        org.hl7.fhir.r4.model.OperationOutcome.IssueType.INVALID,
                        p.getName() + " of $" + d.getCode() + " is given " + given + " times; the most is "
                                + p.getMax(),
                        "Parameters"));
            }
        }
        if (!issues.isEmpty()) {
            throw new Problem(400, issues);
        }
    }

    private static boolean isA(Base value, String wanted) {
        String actual = value.fhirType();
        return actual.equals(wanted)
                || wanted.equals("Resource") && value instanceof Resource
                || wanted.equals("Element") && value instanceof Type
                || java.util.Set.of("uri", "canonical", "url").containsAll(List.of(actual, wanted))
                || java.util.Set.of("string", "code", "id", "markdown", "uri", "canonical")
                                .contains(wanted)
                        && actual.equals("string")
                || wanted.equals("dateTime") && (actual.equals("date") || actual.equals("instant"));
    }

    private static List<OperationDefinitionParameterComponent> in(OperationDefinition d) {
        return d.getParameter().stream()
                .filter(p -> p.getUse() == OperationParameterUse.IN)
                .toList();
    }

    private static Problem unknown(OperationDefinition d, String name) {
        return Problem.malformed(
                "$" + d.getCode() + " has no parameter " + name + "; it has "
                        + String.join(
                                ", ",
                                in(d).stream()
                                        .map(OperationDefinitionParameterComponent::getName)
                                        .toList()),
                null);
    }
}
