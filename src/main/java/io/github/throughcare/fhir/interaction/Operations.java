package io.github.throughcare.fhir.interaction;

import ca.uhn.fhir.context.FhirContext;
import io.github.throughcare.fhir.FhirOperation;
import io.github.throughcare.fhir.OperationCall;
import io.github.throughcare.fhir.Problem;
import io.github.throughcare.fhir.job.Jobs;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.hl7.fhir.r4.model.OperationDefinition;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.hl7.fhir.r4.model.Parameters;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Extended operations (R4 operations.html): finds the one that is called, reads and checks its input, runs it. */
public final class Operations {

    /**
     * One operation.
     *
     * @param code as it is called, without the dollar
     * @param url canonical of its definition
     * @param levels system, type, instance: where it is called
     * @param types resource types it is called on
     * @param affectsState whether it may only be called by POST
     * @param definition the whole definition, read when it is first called
     */
    public record Served(
            String code,
            String url,
            Set<String> levels,
            Set<String> types,
            boolean affectsState,
            Supplier<OperationDefinition> definition,
            FhirOperation operation) {

        boolean isAt(@Nullable String type, @Nullable String id) {
            return type == null
                    ? levels.contains("system")
                    : levels.contains(id == null ? "type" : "instance")
                            && (types.contains(type) || types.contains("Resource"));
        }
    }

    private final Map<String, Served> byDefinition = new LinkedHashMap<>();
    private final FhirContext context;
    private final Jobs jobs;

    Operations(Collection<FhirOperation> operations, Definitions definitions, FhirContext context, Jobs jobs) {
        this.context = context;
        this.jobs = jobs;
        for (FhirOperation o : operations) {
            ObjectNode json = definitions.operation(o.definition());
            Set<String> levels = new TreeSet<>();
            for (String level : List.of("system", "type", "instance")) {
                if (json.path(level).asBoolean(false)) {
                    levels.add(level);
                }
            }
            Set<String> types = new TreeSet<>();
            json.path("resource").forEach(t -> types.add(t.asString()));
            byDefinition.put(
                    o.definition(),
                    new Served(
                            json.get("code").asString(),
                            json.get("url").asString(),
                            levels,
                            types,
                            json.path("affectsState").asBoolean(true),
                            once(() ->
                                    context.newJsonParser().parseResource(OperationDefinition.class, json.toString())),
                            o));
        }
    }

    private static <T> Supplier<T> once(Supplier<T> make) {
        AtomicReference<T> made = new AtomicReference<>();
        return () -> {
            T known = made.get();
            if (known == null) {
                known = make.get();
                made.set(known);
            }
            return known;
        };
    }

    public Collection<Served> all() {
        return byDefinition.values();
    }

    Answer run(Request r, @Nullable String type, @Nullable String id, String code) {
        Served served = byDefinition.values().stream()
                .filter(s -> s.code().equals(code) && s.isAt(type, id))
                .findFirst()
                .orElseThrow(() -> new Problem(
                        404,
                        IssueType.NOTSUPPORTED,
                        "There is no operation $" + code + " at /" + String.join("/", r.path())));
        OperationDefinition d = served.definition().get();
        Parameters in;
        switch (r.method()) {
            case "GET", "HEAD" -> {
                if (served.affectsState()) {
                    throw new Problem(405, IssueType.NOTSUPPORTED, "$" + code + " changes state: call it by POST");
                }
                in = OperationInput.fromQuery(d, r.query());
            }
            case "POST" -> in = posted(r, d);
            default ->
                throw new Problem(
                        405,
                        IssueType.NOTSUPPORTED,
                        "$" + code + " is called by POST" + (served.affectsState() ? "" : " or GET"));
        }
        OperationInput.check(d, in);
        OperationCall call = new OperationCall(type, id, in, r.visibility());
        if (r.prefersAsync() && served.operation().asynchronous(call)) {
            return new Answer.Going(
                    "_job/" + jobs.begin(served.operation().definition(), call, r.actor()), true, "waiting");
        }
        boolean posted = r.method().equals("POST");
        return new Answer.Made(
                200, posted ? served.operation().run(call) : served.operation().look(call));
    }

    /** What has become of a job; by DELETE it is cancelled or its result thrown away. */
    Answer job(Request r, String id) {
        return switch (r.method()) {
            case "GET", "HEAD" -> {
                Jobs.State state = jobs.state(id, r.actor(), r.visibility());
                yield state.result() == null
                        ? new Answer.Going("_job/" + id, false, state.progress())
                        : new Answer.Finished(state.result(), state.expires());
            }
            case "DELETE" -> {
                jobs.cancel(id, r.actor(), r.visibility());
                yield new Answer.Made(202, Outcomes.information("Cancelled"));
            }
            default -> throw new Problem(405, IssueType.NOTSUPPORTED, "A job is asked for by GET and ended by DELETE");
        };
    }

    private Parameters posted(Request r, OperationDefinition d) {
        ObjectNode body = r.body().get();
        if (body.isEmpty()) {
            return OperationInput.fromQuery(d, r.query());
        }
        // as in every body: this server's own resources have one name, whether they were sent with its base or without
        new References()
                .replace(
                        References.of(body),
                        link -> link.startsWith(r.base() + "/")
                                ? link.substring(r.base().length() + 1)
                                : link);
        Parameters in = OperationInput.fromBody(context, d, body);
        OperationInput.fromQuery(d, r.query()).getParameter().forEach(in::addParameter);
        return in;
    }
}
