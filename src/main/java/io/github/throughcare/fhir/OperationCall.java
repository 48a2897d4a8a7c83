package io.github.throughcare.fhir;

import java.util.List;
import java.util.Optional;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Parameters.ParametersParameterComponent;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.Type;
import org.jspecify.annotations.Nullable;

/**
 * One call of a {@link FhirOperation}.
 *
 * @param type resource type in the URL, null at system level
 * @param id logical id in the URL, null at type and system level; whether it exists is for the operation to see
 * @param in the input, already checked against the definition's names, types and cardinalities; from a GET the query
 *     parameters as their declared types
 * @param visibility what the caller may see
 * @param job the job this call runs in, null when the client waits for the answer
 */
public record OperationCall(
        @Nullable String type,
        @Nullable String id,
        Parameters in,
        Visibility visibility,
        @Nullable Job job) {

    /** A call that is answered later. */
    public interface Job {

        /** The same in every attempt. */
        String id();

        /**
         * Shows the client how far it is ({@code X-Progress}), at most some times a second.
         *
         * @throws java.util.concurrent.CancellationException when the client has cancelled it, or the server stops: let it through
         */
        void progress(String text);
    }

    /** A call whose client waits. */
    public OperationCall(@Nullable String type, @Nullable String id, Parameters in, Visibility visibility) {
        this(type, id, in, visibility, null);
    }

    /** Says how far it is, e.g. {@code "120 of 400 stays"}; between two units of work, for here a cancelled job ends. */
    public void progress(String text) {
        if (job != null) {
            job.progress(text);
        }
    }

    /** The id of an instance-level call. */
    public String requireId() {
        if (id == null) {
            throw Problem.malformed("This operation is called on one resource: [base]/" + type + "/[id]/$...", null);
        }
        return id;
    }

    /** The first value of a parameter, if it is there and of that type. */
    public <T extends Type> Optional<T> value(String name, Class<T> type) {
        return in.getParameter().stream()
                .filter(p -> p.getName().equals(name) && type.isInstance(p.getValue()))
                .map(p -> type.cast(p.getValue()))
                .findFirst();
    }

    /** All values of a repeating parameter. */
    public <T extends Type> List<T> values(String name, Class<T> type) {
        return in.getParameter().stream()
                .filter(p -> p.getName().equals(name) && type.isInstance(p.getValue()))
                .map(p -> type.cast(p.getValue()))
                .toList();
    }

    /** A resource parameter. */
    public <T extends Resource> Optional<T> resource(String name, Class<T> type) {
        return in.getParameter().stream()
                .filter(p -> p.getName().equals(name) && type.isInstance(p.getResource()))
                .map(ParametersParameterComponent::getResource)
                .map(type::cast)
                .findFirst();
    }

    /** A boolean parameter, false when absent. */
    public boolean flag(String name) {
        return value(name, org.hl7.fhir.r4.model.BooleanType.class)
                .map(b -> Boolean.TRUE.equals(b.getValue()))
                .orElse(false);
    }
}
