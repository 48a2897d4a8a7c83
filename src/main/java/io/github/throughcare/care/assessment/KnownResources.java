package io.github.throughcare.care.assessment;

import io.github.throughcare.care.Ig;
import io.github.throughcare.care.Look;
import io.github.throughcare.care.assessment.Assessment.Known;
import io.github.throughcare.fhir.Problem;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.hl7.fhir.r4.model.Condition;
import org.hl7.fhir.r4.model.Flag;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.QuestionnaireResponse;
import org.hl7.fhir.r4.model.Task;
import org.jspecify.annotations.Nullable;

/** Reads what an assessment meets in the store, and no more: a first response without needs and alerts costs at most two searches. */
final class KnownResources {

    private final Look stored;
    private final String patient;

    /** @param patient id of the Patient */
    KnownResources(Look stored, String patient) {
        this.stored = stored;
        this.patient = patient;
    }

    /** @throws Problem 422 when the response's identifier belongs to a response to another form */
    Known of(Assessment assessment) {
        QuestionnaireResponse sent = assessment.sheet().response();
        QuestionnaireResponse earlier = earlier(sent).orElse(null);
        if (earlier != null && !url(earlier).equals(url(sent))) {
            throw Problem.rule(
                    "The identifier belongs to QuestionnaireResponse/" + earlier.getIdPart() + ", which answers "
                            + url(earlier) + "; a response to another form needs an identifier of its own.",
                    "QuestionnaireResponse.identifier");
        }
        return new Known(
                earlier,
                earlier == null
                        ? List.of()
                        : stored.search(Observation.class, "derived-from=QuestionnaireResponse/" + earlier.getIdPart()),
                conditions(assessment, earlier),
                earlier == null && assessment.alerts().isEmpty()
                        ? List.of()
                        : stored.search(Flag.class, "patient=" + patient),
                tasks(assessment, earlier),
                reassessments(assessment, earlier));
    }

    private List<Task> reassessments(Assessment assessment, @Nullable QuestionnaireResponse earlier) {
        Form form = assessment.sheet().form();
        if (form.reassessments().isEmpty()) {
            return List.of();
        }
        List<Task> known = new ArrayList<>(stored
                .search(
                        Task.class,
                        "patient=" + patient + "&code=" + token(Ig.TASK_KIND, Reassessments.CODE) + "&status="
                                + Reassessments.OPEN.stream()
                                        .map(Task.TaskStatus::toCode)
                                        .collect(Collectors.joining(",")))
                .stream()
                .filter(t -> Reassessments.asksFor(t, form.questionnaire().getUrl()))
                .toList());
        if (earlier != null) {
            String own = Reassessments.taskId(earlier.getIdPart());
            if (known.stream().noneMatch(t -> t.getIdPart().equals(own))) {
                known.addAll(stored.search(Task.class, "_id=" + own));
            }
        }
        return known;
    }

    private Optional<QuestionnaireResponse> earlier(QuestionnaireResponse sent) {
        Identifier identifier = sent.getIdentifier();
        if (!identifier.hasValue()) {
            return Optional.empty();
        }
        String token = token(identifier.getSystem(), identifier.getValue());
        return stored.search(QuestionnaireResponse.class, "patient=" + patient + "&identifier=" + token).stream()
                .findFirst();
    }

    private List<Condition> conditions(Assessment assessment, @Nullable QuestionnaireResponse earlier) {
        if (assessment.needs().isEmpty()
                && (earlier == null || assessment.sheet().form().needs().isEmpty())) {
            return List.of();
        }
        String codes = assessment.sheet().form().needs().stream()
                .flatMap(n -> n.code().getCoding().stream())
                .map(c -> token(c.getSystem(), c.getCode()))
                .distinct()
                .collect(Collectors.joining(","));
        return stored.search(Condition.class, "patient=" + patient + "&code=" + codes);
    }

    private List<Task> tasks(Assessment assessment, @Nullable QuestionnaireResponse earlier) {
        if (earlier == null) {
            return List.of();
        }
        String ids = assessment.sheet().form().alerts().stream()
                .filter(a -> a.task() != null)
                .map(a -> Alerts.taskId(earlier.getIdPart(), a))
                .collect(Collectors.joining(","));
        return ids.isEmpty() ? List.of() : stored.search(Task.class, "_id=" + ids);
    }

    private static String url(QuestionnaireResponse response) {
        return response.getQuestionnaire().split("\\|", 2)[0];
    }

    /** A token for a query: what separates tokens is escaped, then all is percent-encoded. */
    static String token(@Nullable String system, String code) {
        String plain = (system == null ? "" : escaped(system)) + "|" + escaped(code);
        return URLEncoder.encode(plain, StandardCharsets.UTF_8);
    }

    private static String escaped(String part) {
        return part.replaceAll("([\\\\|,$])", "\\\\$1");
    }
}
