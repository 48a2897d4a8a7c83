package io.github.throughcare.fhir.interaction;

import ca.uhn.fhir.context.FhirContext;
import io.github.throughcare.fhir.FhirOperation;
import io.github.throughcare.fhir.OperationCall;
import io.github.throughcare.fhir.Problem;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.hl7.fhir.r4.model.OperationDefinition;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Resource;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Extended operations (R4 operations.html): finds the one that is called, reads and checks its input, runs it. */
public final class Operations {

    /** One operation with its definition. */
    public record Served(OperationDefinition definition, FhirOperation operation) {}

    private final Map<String, Served> byDefinition = new LinkedHashMap<>();
    private final FhirContext context;

    Operations(Collection<FhirOperation> operations, Definitions definitions, FhirContext context) {
        this.context = context;
        for (FhirOperation o : operations) {
            OperationDefinition d = definitions.operation(o.definition());
            byDefinition.put(o.definition(), new Served(d, o));
        }
    }

    public Collection<Served> all() {
        return byDefinition.values();
    }

    Answer run(Request r, @Nullable String type, @Nullable String id, String code) {
        Served served = byDefinition.values().stream()
                .filter(s -> s.definition().getCode().equals(code) && isAt(s.definition(), type, id))
                .findFirst()
                .orElseThrow(() -> new Problem(
                        404,
                        IssueType.NOTSUPPORTED,
                        "There is no operation $" + code + " at /" + String.join("/", r.path())));
        OperationDefinition d = served.definition();
        Parameters in;
        switch (r.method()) {
            case "GET", "HEAD" -> {
                if (d.getAffectsState()) {
                    throw new Problem(405, IssueType.NOTSUPPORTED, "$" + code + " changes state: call it by POST");
                }
                in = OperationInput.fromQuery(d, r.query());
            }
            case "POST" -> in = posted(r, d);
            default ->
                throw new Problem(
                        405,
                        IssueType.NOTSUPPORTED,
                        "$" + code + " is called by POST" + (d.getAffectsState() ? "" : " or GET"));
        }
        OperationInput.check(d, in);
        Resource out = served.operation().run(new OperationCall(type, id, in, r.visibility()));
        return new Answer.Made(200, out);
    }

    private static boolean isAt(OperationDefinition d, @Nullable String type, @Nullable String id) {
        if (type == null) {
            return d.getSystem();
        }
        return (id == null ? d.getType() : d.getInstance())
                && d.getResource().stream().anyMatch(c -> c.getValue().equals(type));
    }

    private Parameters posted(Request r, OperationDefinition d) {
        ObjectNode body = r.body().get();
        if (body.isEmpty()) {
            return OperationInput.fromQuery(d, r.query());
        }
        Parameters in = OperationInput.fromBody(context, d, body);
        OperationInput.fromQuery(d, r.query()).getParameter().forEach(in::addParameter);
        return in;
    }
}
