package io.github.throughcare.care.assessment;

import io.github.throughcare.care.assessment.Expressions.Scope;
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
 */
record Assessment(AnswerSheet sheet, List<Score> scores, Set<NeedRule> needs, Set<AlertRule> alerts) {

    /**
     * What is stored already.
     *
     * @param response the version before, null for a first one
     * @param observations extracted from the version before
     * @param conditions the patient's Conditions with codes that the form may raise
     * @param flags the patient's Flags
     * @param tasks raised by the version before
     */
    record Known(
            @Nullable QuestionnaireResponse response,
            List<Observation> observations,
            List<Condition> conditions,
            List<Flag> flags,
            List<Task> tasks) {

        static final Known NOTHING = new Known(null, List.of(), List.of(), List.of(), List.of());
    }

    /**
     * A resource as it shall be.
     *
     * @param before as it is stored, null for a new one
     */
    record Draft(Resource after, @Nullable Resource before) {

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
        Scoring scoring = new Scoring(sheet, new Scope(response, form.questionnaire(), patient), expressions);
        List<Score> scores = scoring.scores();
        Set<NeedRule> needs = new LinkedHashSet<>();
        form.needs().stream().filter(n -> scoring.holds(n.condition())).forEach(needs::add);
        Set<AlertRule> alerts = new LinkedHashSet<>();
        form.alerts().stream().filter(a -> scoring.holds(a.condition())).forEach(alerts::add);
        return new Assessment(sheet, scores, needs, alerts);
    }

    /**
     * What is to be stored: the response (which has its id by now), then Observations, Conditions, Flags, Tasks.
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
        drafts.add(new Draft(response, known.response()));
        observations.all().forEach(o -> drafts.add(draft(o, known.observations())));
        new Needs(response, observations, known.conditions())
                .drafts(sheet.form().needs(), needs)
                .forEach(c -> drafts.add(draft(c, known.conditions())));
        raised.flags(alerts).forEach(f -> drafts.add(draft(f, known.flags())));
        raised.tasks(alerts).forEach(t -> drafts.add(draft(t, known.tasks())));
        return drafts;
    }

    private static Draft draft(Resource after, List<? extends Resource> known) {
        return new Draft(
                after,
                known.stream()
                        .filter(k -> k.getIdPart().equals(after.getIdPart()))
                        .findFirst()
                        .orElse(null));
    }
}
