package io.github.throughcare.fhir.interaction;

import io.github.throughcare.fhir.Problem;
import io.github.throughcare.fhir.validation.Profiles;
import java.util.List;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Holds what is written to the profiles that it claims (R4 profiling.html 5.1.0.9), as far as they are in the store. Who claims none, or
 * none that is here, costs a look into a cache: R4's own profiles count only when they are stored too, since many senders claim them on
 * every resource and the validator needs some 20 ms for each.
 */
final class ClaimedProfiles {

    /** {@code THROUGHCARE_VALIDATION}; structure is checked whatever it is. */
    enum Policy {
        /** Claims are believed. */
        OFF,
        /** What a claimed profile forbids is stored, with a warning. */
        WARN,
        /** It is refused, 422. */
        ENFORCE
    }

    private static final int MOST_FINDINGS = 50;

    private final Policy policy;
    private final Profiles profiles;

    ClaimedProfiles(Policy policy, Profiles profiles) {
        this.policy = policy;
        this.profiles = profiles;
    }

    /**
     * @return warnings
     * @throws Problem 422 when a claimed profile forbids something
     */
    List<String> check(ObjectNode body, @Nullable String place) {
        if (policy == Policy.OFF || claimed(body).noneMatch(profiles::isStored)) {
            return List.of();
        }
        List<Profiles.Finding> errors = profiles.validate(body.toString(), List.of()).stream()
                .filter(Profiles.Finding::isError)
                .limit(MOST_FINDINGS)
                .toList();
        if (policy == Policy.ENFORCE && !errors.isEmpty()) {
            throw new Problem(
                    422,
                    errors.stream()
                            .map(f -> new Problem.Issue(
                                    IssueType.BUSINESSRULE,
                                    f.text(),
                                    place == null
                                            ? f.expression()
                                            : place + ".resource.ofType(" + f.expression() + ")"))
                            .toList());
        }
        return errors.stream().map(f -> f.expression() + ": " + f.text()).toList();
    }

    private static Stream<String> claimed(ObjectNode body) {
        JsonNode claimed = body.path("meta").path("profile");
        return claimed.valueStream().filter(JsonNode::isString).map(JsonNode::asString);
    }
}
