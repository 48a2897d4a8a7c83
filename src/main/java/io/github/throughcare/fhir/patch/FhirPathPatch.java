package io.github.throughcare.fhir.patch;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.jpa.patch.FhirPatch;
import io.github.throughcare.fhir.Problem;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.hl7.fhir.instance.model.api.IBase;
import org.hl7.fhir.r4.model.Base;
import org.hl7.fhir.r4.model.IntegerType;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Parameters.ParametersParameterComponent;
import org.hl7.fhir.r4.model.Resource;
import tools.jackson.databind.node.ObjectNode;

/**
 * FHIRPath Patch, by HAPI's {@link FhirPatch}. What that class leaves open is decided before it is called: how many elements a path may
 * find, and that an index lies within its list.
 *
 * @see <a href="https://hl7.org/fhir/R4/fhirpatch.html">R4, FHIRPath Patch</a>
 */
final class FhirPathPatch {

    private static final int MOST_OPERATIONS = 1_000;
    private static final int LONGEST_PATH = 2_000;
    private static final Set<String> TYPES = Set.of("add", "insert", "delete", "replace", "move");
    /** Functions that select; others can run for ever or leave the resource. */
    private static final Set<String> FUNCTIONS = Set.of(
            "where",
            "first",
            "last",
            "tail",
            "skip",
            "take",
            "single",
            "ofType",
            "as",
            "is",
            "extension",
            "exists",
            "empty",
            "not",
            "startsWith",
            "endsWith",
            "contains",
            "count",
            "all",
            "any",
            "lower",
            "upper",
            "hasValue",
            "toString",
            "and",
            "or",
            "in");

    private static final Pattern CALL = Pattern.compile("([A-Za-z]+)\\s*\\(");
    private static final Pattern LITERAL = Pattern.compile("'(?:[^'\\\\]|\\\\.)*'");

    private final FhirContext context;
    private final HapiJson json;

    FhirPathPatch(FhirContext context, HapiJson json) {
        this.context = context;
        this.json = json;
    }

    ObjectNode apply(ObjectNode patch, ObjectNode resource) {
        Parameters parameters = (Parameters) json.read(patch);
        if (parameters.getParameter().isEmpty() || parameters.getParameter().size() > MOST_OPERATIONS) {
            throw Problem.malformed("A FHIRPath Patch has 1 to " + MOST_OPERATIONS + " operations", "Parameters");
        }
        Resource patched = json.read(resource);
        ObjectNode before = json.write(patched);
        for (int i = 0; i < parameters.getParameter().size(); i++) {
            one(parameters.getParameter().get(i), "Parameters.parameter[" + i + "]", patched);
        }
        return Graft.of(resource, before, json.write(patched));
    }

    private void one(ParametersParameterComponent operation, String place, Resource patched) {
        if (!"operation".equals(operation.getName())) {
            throw Problem.malformed("Every parameter of a FHIRPath Patch has the name operation", place + ".name");
        }
        String type = part(operation, "type", place);
        String path = part(operation, "path", place);
        check(type, path, place);
        if (!isToBeDone(type, path, operation, place, patched)) {
            return;
        }
        try {
            new FhirPatch(context).apply(patched, new Parameters().addParameter(operation));
        } catch (RuntimeException e) { // the library's own, and what it stumbles over
            throw Patches.unappliable(
                    "The " + type + " of " + path + " cannot be applied to this resource, so nothing was changed: "
                            + String.valueOf(e.getMessage()).replaceAll("HAPI-\\d+: ", ""),
                    place);
        }
    }

    private static String part(ParametersParameterComponent operation, String name, String place) {
        List<String> values = operation.getPart().stream()
                .filter(p ->
                        name.equals(p.getName()) && p.hasValue() && p.getValue().isPrimitive())
                .map(p -> p.getValue().primitiveValue())
                .toList();
        if (values.size() != 1) {
            throw Problem.malformed("An operation of a FHIRPath Patch has one part " + name, place);
        }
        return values.get(0);
    }

    private static void check(String type, String path, String place) {
        if (!TYPES.contains(type)) {
            throw Problem.malformed("type is add, insert, delete, replace or move, not " + type, place);
        }
        if (path.length() > LONGEST_PATH) {
            throw new Problem(400, IssueType.TOOCOSTLY, "A path may have " + LONGEST_PATH + " characters", place);
        }
        Matcher call = CALL.matcher(LITERAL.matcher(path).replaceAll("''"));
        while (call.find()) {
            if (!FUNCTIONS.contains(call.group(1))) {
                throw new Problem(
                        422,
                        IssueType.NOTSUPPORTED,
                        "The path of a patch selects; the function " + call.group(1) + " has no place in it",
                        place);
            }
        }
    }

    /** Whether there is anything to do: R4 lets a delete find nothing. */
    private boolean isToBeDone(
            String type, String path, ParametersParameterComponent operation, String place, Resource patched) {
        boolean list = type.equals("insert") || type.equals("move");
        int dot = path.lastIndexOf('.');
        if (list && dot < 0) {
            throw Patches.unappliable("The path of " + type + " names a list: Type.element", place);
        }
        List<IBase> found = find(patched, list ? path.substring(0, dot) : path, place);
        if (type.equals("delete") && found.isEmpty()) {
            return false;
        }
        if (found.size() != 1) {
            throw Patches.unappliable(
                    "The path " + path + " must find one element" + (list ? " that holds the list" : "") + "; it finds "
                            + (found.isEmpty() ? "none" : found.size()),
                    place);
        }
        if (list) {
            int size = find(patched, path, place).size();
            int last = type.equals("insert") ? size : size - 1;
            for (String index : type.equals("insert") ? List.of("index") : List.of("source", "destination")) {
                int at = index(operation, index, place);
                if (at < 0 || at > last) {
                    throw Patches.unappliable(
                            index + " of " + type + " is " + at + ", but " + path + " has " + size + " elements",
                            place);
                }
            }
        }
        return true;
    }

    private static int index(ParametersParameterComponent operation, String name, String place) {
        return operation.getPart().stream()
                .filter(p -> name.equals(p.getName()) && p.getValue() instanceof IntegerType)
                .map(p -> ((IntegerType) p.getValue()).getValue())
                .findFirst()
                .orElseThrow(() -> Problem.malformed("This operation needs a part " + name + " (integer)", place));
    }

    private List<IBase> find(Resource patched, String path, String place) {
        try {
            return context.newFhirPath().evaluate(patched, path, IBase.class).stream()
                    .filter(b -> !(b instanceof Base base) || !base.isEmpty() || base instanceof Resource)
                    .toList();
        } catch (RuntimeException e) {
            throw Patches.unappliable(
                    path + " is no FHIRPath that this server understands: "
                            + String.valueOf(e.getMessage()).replaceAll("HAPI-\\d+: ", ""),
                    place);
        }
    }
}
