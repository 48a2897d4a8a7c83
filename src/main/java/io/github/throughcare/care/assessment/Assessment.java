package io.github.throughcare.care.assessment;

import io.github.throughcare.care.assessment.Form.AlertRule;
import io.github.throughcare.care.assessment.Form.NeedRule;
import io.github.throughcare.fhir.Problem;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.hl7.fhir.r4.model.Condition;
import org.hl7.fhir.r4.model.Duration;
import org.hl7.fhir.r4.model.Flag;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.QuestionnaireResponse;
import org.hl7.fhir.r4.model.QuestionnaireResponse.QuestionnaireResponseStatus;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.Task;
import org.jspecify.annotations.Nullable;

/**
 * What a response means: its scores, the needs and the alerts that hold. Pure: the same form, response, patient and known resources give
 * the same drafts, with the same ids.
 *
 * @param again when the form is to be filled again, null for never
 */
record Assessment(
        AnswerSheet sheet,
        List<Score> scores,
        Set<NeedRule> needs,
        Set<AlertRule> alerts,
        @Nullable Duration again) {

    /**
     * What is stored already.
     *
     * @param response the version before, null for a first one
     * @param observations extracted from the version before
     * @param conditions the patient's Conditions with codes that the form may raise
     * @param flags the patient's Flags
     * @param tasks raised by the version before
     * @param reassessments open Tasks to fill this form again, and the one that the version before made
     */
    record Known(
            @Nullable QuestionnaireResponse response,
            List<Observation> observations,
            List<Condition> conditions,
            List<Flag> flags,
            List<Task> tasks,
            List<Task> reassessments) {

        static final Known NOTHING = new Known(null, List.of(), List.of(), List.of(), List.of(), List.of());
    }

    /**
     * A resource as it shall be.
     *
     * @param before as it is stored, null for a new one
     * @param told whether the caller is told of it: what the answers mean, yes; the date of the next assessment, no
     */
    record Draft(Resource after, @Nullable Resource before, boolean told) {

        boolean changes() {
            return before == null || !before.equalsDeep(after);
        }
    }

    /**
     * Reads a response.
     *
     * @param response completed or amended, with subject; it is laid out as the form is and its scores are filled in
     * @throws Problem 422 when it breaks a rule of its form
     */
    static Assessment of(Form form, QuestionnaireResponse response, Patient patient, Expressions expressions) {
        AnswerSheet sheet = ResponseReader.read(form, response);
        Rules rules = Rules.of(sheet, patient, expressions);
        refuse(AnswerRules.check(sheet, rules));
        Scoring scoring = new Scoring(sheet, rules);
        List<Score> scores = scoring.scores();
        List<Problem.Issue> issues = new ArrayList<>(ResponseRules.check(sheet, rules));
        issues.addAll(scoring.issues());
        refuse(issues);
        Set<NeedRule> needs = new LinkedHashSet<>();
        form.needs().stream().filter(n -> rules.holds(n.condition())).forEach(needs::add);
        Set<AlertRule> alerts = new LinkedHashSet<>();
        form.alerts().stream().filter(a -> rules.holds(a.condition())).forEach(alerts::add);
        Duration again = form.reassessments().stream()
                .filter(r -> r.condition() == null || rules.holds(r.condition()))
                .map(Form.Reassessment::every)
                .findFirst()
                .orElse(null);
        return new Assessment(sheet, scores, needs, alerts, again);
    }

    private static void refuse(List<Problem.Issue> issues) {
        if (!issues.isEmpty()) {
            throw new Problem(422, issues);
        }
    }

    /**
     * What is to be stored: the response (which has its id by now), then Observations, Conditions, Flags, Tasks, the last of them for
     * the next assessment.
     *
     * @param zone in which times of Flags and Tasks are written
     */
    List<Draft> drafts(Known known, Instant now, ZoneId zone) {
        Map<String, Observation> earlier = new HashMap<>();
        known.observations().forEach(o -> earlier.put(o.getIdPart(), o));
        Map<String, Task> tasks = new HashMap<>();
        known.tasks().forEach(t -> tasks.put(t.getIdPart(), t));
        QuestionnaireResponse response = sheet.response();
        if (known.response() != null) {
            response.setStatus(QuestionnaireResponseStatus.AMENDED);
        }
        Observations observations = new Observations(sheet, scores, earlier);
        Alerts raised = new Alerts(sheet, known.flags(), tasks, now, zone);
        List<Draft> drafts = new ArrayList<>();
        drafts.add(new Draft(response, known.response(), true));
        observations.all().forEach(o -> drafts.add(draft(o, known.observations())));
        new Needs(response, observations, known.conditions())
                .drafts(sheet.form().needs(), needs)
                .forEach(c -> drafts.add(draft(c, known.conditions())));
        raised.flags(alerts).forEach(f -> drafts.add(draft(f, known.flags())));
        raised.tasks(alerts).forEach(t -> drafts.add(draft(t, known.tasks())));
        new Reassessments(sheet.form(), response, known.reassessments(), now, zone)
                .tasks(again)
                .forEach(t -> drafts.add(new Draft(t, same(t, known.reassessments()), false)));
        return drafts;
    }

    private static Draft draft(Resource after, List<? extends Resource> known) {
        return new Draft(after, same(after, known), true);
    }

    private static @Nullable Resource same(Resource after, List<? extends Resource> known) {
        return known.stream()
                .filter(k -> k.getIdPart().equals(after.getIdPart()))
                .findFirst()
                .orElse(null);
    }
}
