package io.github.throughcare.care.transition;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.throughcare.ServerIT;
import io.github.throughcare.care.BusinessDays;
import io.restassured.path.json.JsonPath;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Transition of care over HTTP: every test has a patient of its own. The server's zone is New York. */
class DischargeIT extends ServerIT {

    private static final ZoneId ZONE = ZoneId.of("America/New_York");

    private final String key = UUID.randomUUID().toString().substring(0, 8);
    private final String patient = "dp-" + key;
    private final String stay = "de-" + key;
    private final LocalDate today = LocalDate.now(ZONE);

    @BeforeEach
    void a_patient() {
        put("Patient/" + patient, "{\"resourceType\":\"Patient\",\"id\":\"" + patient + "\"}");
    }

    private static void put(String url, String json) {
        int status = fhir().body(json).put("/" + url).statusCode();
        assertThat(status).isIn(200, 201);
    }

    private String encounter(String id, String status, String start, String end, String more) {
        return """
                {"resourceType":"Encounter","id":"%s","status":"%s","class":{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"IMP"},
                 "subject":{"reference":"Patient/%s"},"period":{"start":"%s"%s}%s}""".formatted(id, status, patient, start, end.isEmpty() ? "" : ",\"end\":\"" + end + "\"", more);
    }

    private static String disposition(String code) {
        return ",\"hospitalization\":{\"dischargeDisposition\":{\"coding\":[{\"system\":\"http://terminology.hl7.org/CodeSystem/discharge-disposition\",\"code\":\""
                + code + "\"}]}}";
    }

    private String at(LocalDate date) {
        return OffsetDateTime.of(date.atTime(10, 0), ZONE.getRules().getOffset(date.atTime(10, 0)))
                .format(java.time.format.DateTimeFormatter.ISO_OFFSET_DATE_TIME);
    }

    private List<Map<String, Object>> tasks(String encounter) {
        JsonPath found = fhir().get("/Task?encounter=Encounter/" + encounter + "&_count=50")
                .jsonPath();
        List<Map<String, Object>> tasks = found.getList("entry.resource");
        return tasks == null ? List.of() : tasks;
    }

    /** Waits until the Tasks of a stay are so, however slow the machine is. */
    private List<Map<String, Object>> await(String encounter, Predicate<List<Map<String, Object>>> so) {
        return within(60, encounter, so);
    }

    private List<Map<String, Object>> within(int seconds, String encounter, Predicate<List<Map<String, Object>>> so) {
        long until = System.nanoTime() + seconds * 1_000_000_000L;
        List<Map<String, Object>> tasks = tasks(encounter);
        while (!so.test(tasks) && System.nanoTime() < until) {
            LockSupport.parkNanos(50_000_000);
            tasks = tasks(encounter);
        }
        assertThat(so.test(tasks)).as("tasks %s", tasks).isTrue();
        return tasks;
    }

    /** The outbox delivers in order of commit: when a later discharge has its Tasks, an earlier change has been heard. */
    private void allHeard() {
        // a patient of its own, so that it is no readmission
        String p = "pm-" + UUID.randomUUID();
        put("Patient/" + p, "{\"resourceType\":\"Patient\",\"id\":\"" + p + "\"}");
        String e = "em-" + UUID.randomUUID();
        put(
                "Encounter/" + e,
                encounter(e, "finished", at(today.minusDays(2)), at(today.minusDays(1)), "")
                        .replace(patient, p));
        await(e, t -> t.size() == 4);
    }

    private static Map<String, Object> of(List<Map<String, Object>> tasks, String kind) {
        return tasks.stream()
                .filter(t -> kind.equals(JsonPath.from(json(t)).getString("code.coding[0].code")))
                .findFirst()
                .orElseThrow();
    }

    private static String json(Map<String, Object> resource) {
        return new tools.jackson.databind.json.JsonMapper().writeValueAsString(resource);
    }

    private static String due(Map<String, Object> task) {
        return JsonPath.from(json(task)).getString("restriction.period.end");
    }

    private static boolean all(List<Map<String, Object>> tasks, String status) {
        return tasks.size() == 4 && tasks.stream().allMatch(t -> status.equals(t.get("status")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "PUT over in-progress", "transaction", "PATCH"})
    void every_way_of_writing_a_discharge_starts_the_tasks_once(String way) {
        LocalDate left = today.minusDays(1);
        String start = at(today.minusDays(4));
        String finished = encounter(stay, "finished", start, at(left), disposition("home"));
        String id = stay;
        switch (way) {
            case "POST" -> id = create("Encounter", finished);
            case "PUT" -> put("Encounter/" + stay, finished);
            case "PUT over in-progress" -> {
                put("Encounter/" + stay, encounter(stay, "in-progress", start, "", ""));
                put("Encounter/" + stay, finished);
            }
            case "transaction" ->
                assertThat(fhir().body("{\"resourceType\":\"Bundle\",\"type\":\"transaction\",\"entry\":[{\"resource\":"
                                        + finished + ",\"request\":{\"method\":\"PUT\",\"url\":\"Encounter/"
                                        + stay + "\"}}]}")
                                .post("/")
                                .statusCode())
                        .isEqualTo(200);
            default -> {
                put("Encounter/" + stay, encounter(stay, "in-progress", start, "", ""));
                int patched = fhir().contentType("application/json-patch+json")
                        .body(
                                "[{\"op\":\"replace\",\"path\":\"/status\",\"value\":\"finished\"},{\"op\":\"add\",\"path\":\"/period/end\",\"value\":\""
                                        + at(left) + "\"}]")
                        .patch("/Encounter/" + stay)
                        .statusCode();
                assertThat(patched).isEqualTo(200);
            }
        }
        // visible within five seconds by the contract, the first discharge after a start too
        List<Map<String, Object>> tasks = within(5, id, t -> t.size() == 4);
        assertThat(due(of(tasks, "tcm-contact")))
                .isEqualTo(BusinessDays.after(left, 2).toString());
        assertThat(due(of(tasks, "tcm-visit"))).isEqualTo(left.plusDays(14).toString());
        assertThat(due(of(tasks, "medication-reconciliation")))
                .isEqualTo(left.plusDays(14).toString());
        assertThat(due(of(tasks, "tcm-period-end"))).isEqualTo(left.plusDays(29).toString());
        assertThat(fhir().get("/RiskAssessment?encounter=Encounter/" + id)
                        .jsonPath()
                        .getInt("total"))
                .isEqualTo(3);
        JsonPath reconciliation = JsonPath.from(json(of(tasks, "medication-reconciliation")));
        fhir().get("/" + reconciliation.getString("focus.reference"))
                .then()
                .statusCode(200)
                .body("emptyReason.coding[0].code", org.hamcrest.Matchers.equalTo("unavailable"));
        // a later change that is no discharge starts nothing
        String changed = fhir().get("/Encounter/" + id)
                .asString()
                .replace("\"status\":\"finished\"", "\"status\":\"finished\",\"language\":\"en\"");
        put("Encounter/" + id, changed);
        allHeard();
        assertThat(tasks(id))
                .hasSize(4)
                .allMatch(t -> "1".equals(JsonPath.from(json(t)).getString("meta.versionId")));
    }

    @Test
    void a_discharge_more_than_thirty_days_ago_is_history() {
        put("Encounter/" + stay, encounter(stay, "finished", at(today.minusDays(40)), at(today.minusDays(31)), ""));
        allHeard();
        assertThat(tasks(stay)).isEmpty();
        assertThat(fhir().get("/RiskAssessment?encounter=Encounter/" + stay)
                        .jsonPath()
                        .getInt("total"))
                .isZero();
    }

    @Test
    void a_corrected_date_moves_and_un_finishing_withdraws_and_a_second_discharge_opens_again() {
        String start = at(today.minusDays(6));
        put("Encounter/" + stay, encounter(stay, "finished", start, at(today.minusDays(1)), ""));
        await(stay, t -> t.size() == 4);
        put("Encounter/" + stay, encounter(stay, "finished", start, at(today.minusDays(3)), ""));
        await(stay, t -> due(of(t, "tcm-period-end")).equals(today.plusDays(26).toString()));
        put("Encounter/" + stay, encounter(stay, "in-progress", start, "", ""));
        List<Map<String, Object>> off = await(stay, t -> all(t, "cancelled"));
        assertThat(off).allMatch(t -> json(t).contains("discharge-withdrawn"));
        put("Encounter/" + stay, encounter(stay, "finished", start, at(today), ""));
        List<Map<String, Object>> again = await(stay, t -> all(t, "requested"));
        assertThat(due(of(again, "tcm-period-end")))
                .isEqualTo(today.plusDays(29).toString());
    }

    @Test
    void a_new_stay_calls_off_what_was_to_be_done_after_the_earlier() {
        put("Encounter/" + stay, encounter(stay, "finished", at(today.minusDays(9)), at(today.minusDays(5)), ""));
        await(stay, t -> t.size() == 4);
        String next = "dn-" + key;
        put("Encounter/" + next, encounter(next, "in-progress", at(today.minusDays(1)), "", ""));
        assertThat(await(stay, t -> all(t, "cancelled"))).allMatch(t -> json(t).contains("readmitted"));
        put("Encounter/" + next, encounter(next, "finished", at(today.minusDays(1)), at(today), ""));
        await(next, t -> all(t, "requested"));
        assertThat(all(tasks(stay), "cancelled")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"snf", "rehab", "exp"})
    void a_transfer_and_a_death_start_no_tasks(String code) {
        put(
                "Encounter/" + stay,
                encounter(stay, "finished", at(today.minusDays(4)), at(today.minusDays(1)), disposition(code)));
        allHeard();
        assertThat(tasks(stay)).isEmpty();
        assertThat(fhir().get("/RiskAssessment?encounter=Encounter/" + stay)
                        .jsonPath()
                        .getInt("total"))
                .isEqualTo(code.equals("exp") ? 0 : 3);
    }

    @Test
    void against_advice_is_visited_within_seven_days_and_urgent() {
        put(
                "Encounter/" + stay,
                encounter(stay, "finished", at(today.minusDays(4)), at(today.minusDays(1)), disposition("aadvice")));
        List<Map<String, Object>> tasks = await(stay, t -> t.size() == 4);
        assertThat(due(of(tasks, "tcm-visit"))).isEqualTo(today.plusDays(6).toString());
        assertThat(tasks).allMatch(t -> "urgent".equals(t.get("priority")));
    }

    private String communication(String task, String status, String more) {
        return create(
                "Communication",
                "{\"resourceType\":\"Communication\",\"status\":\"" + status + "\",\"basedOn\":[{\"reference\":\"Task/"
                        + task + "\"}],\"subject\":{\"reference\":\"Patient/" + patient + "\"}" + more + "}");
    }

    @Test
    void two_failed_attempts_satisfy_and_a_contact_completes() {
        put("Encounter/" + stay, encounter(stay, "finished", at(today.minusDays(4)), at(today.minusDays(1)), ""));
        List<Map<String, Object>> tasks = await(stay, t -> t.size() == 4);
        String contact = String.valueOf(of(tasks, "tcm-contact").get("id"));
        String reason = ",\"statusReason\":{\"text\":\"no answer\"}";
        communication(contact, "not-done", reason);
        allHeard();
        assertThat(of(tasks(stay), "tcm-contact").get("status")).isEqualTo("requested");
        communication(contact, "not-done", reason);
        List<Map<String, Object>> satisfied =
                await(stay, t -> "completed".equals(of(t, "tcm-contact").get("status")));
        assertThat(json(of(satisfied, "tcm-contact"))).contains("satisfied-by-attempts");
        communication(contact, "completed", "");
        await(stay, t -> json(of(t, "tcm-contact")).contains("contact-made"));
    }

    @Test
    void medication_is_compared_at_discharge() {
        String subject = "\"subject\":{\"reference\":\"Patient/" + patient + "\"}";
        put("Encounter/" + stay, encounter(stay, "in-progress", at(today.minusDays(4)), "", ""));
        create(
                "MedicationStatement",
                "{\"resourceType\":\"MedicationStatement\",\"status\":\"active\"," + subject
                        + ",\"effectiveDateTime\":\"2026-01-01\",\"medicationCodeableConcept\":{\"text\":\"Metformin\"}}");
        create(
                "MedicationStatement",
                "{\"resourceType\":\"MedicationStatement\",\"status\":\"active\"," + subject
                        + ",\"effectiveDateTime\":\"2026-01-01\",\"medicationCodeableConcept\":{\"text\":\"Warfarin\"}}");
        create(
                "MedicationRequest",
                "{\"resourceType\":\"MedicationRequest\",\"status\":\"active\",\"intent\":\"order\"," + subject
                        + ",\"encounter\":{\"reference\":\"Encounter/" + stay + "\"},\"authoredOn\":\""
                        + at(today.minusDays(1))
                        + "\",\"category\":[{\"coding\":[{\"system\":\"http://terminology.hl7.org/CodeSystem/medicationrequest-category\",\"code\":\"discharge\"}]}],\"medicationCodeableConcept\":{\"text\":\"Metformin\"}}");
        put("Encounter/" + stay, encounter(stay, "finished", at(today.minusDays(4)), at(today.minusDays(1)), ""));
        List<Map<String, Object>> tasks = await(stay, t -> t.size() == 4);
        JsonPath list = fhir().get("/"
                        + JsonPath.from(json(of(tasks, "medication-reconciliation")))
                                .getString("focus.reference"))
                .jsonPath();
        assertThat(list.getList("entry.item.display")).containsExactly("Metformin", "Warfarin");
        assertThat(list.getList("entry.collect{it.flag.coding[0].code}")).containsExactly("continued", "unaccounted");

        // what is ordered afterwards counts as long as the reconciliation is not completed, and so does a medicine that
        // is corrected alone
        String url = "/List/" + list.getString("id");
        String medicine = "{\"resourceType\":\"Medication\",\"id\":\"m" + stay + "\",\"code\":{\"text\":\"%s\"}}";
        put("Medication/m" + stay, medicine.formatted("Wafarin"));
        create(
                "MedicationRequest",
                "{\"resourceType\":\"MedicationRequest\",\"status\":\"active\",\"intent\":\"order\"," + subject
                        + ",\"encounter\":{\"reference\":\"Encounter/" + stay + "\"},\"authoredOn\":\""
                        + at(today.minusDays(1))
                        + "\",\"category\":[{\"coding\":[{\"system\":\"http://terminology.hl7.org/CodeSystem/medicationrequest-category\",\"code\":\"discharge\"}]}],\"medicationReference\":{\"reference\":\"Medication/m"
                        + stay + "\"}}");
        allHeard();
        assertThat(fhir().get(url).jsonPath().getList("entry.collect{it.flag.coding[0].code}"))
                .containsExactly("continued", "new", "unaccounted");
        put("Medication/m" + stay, medicine.formatted("Warfarin"));
        allHeard();
        assertThat(fhir().get(url).jsonPath().getList("entry.collect{it.flag.coding[0].code}"))
                .containsExactly("continued", "continued");
        String task = json(of(tasks(stay), "medication-reconciliation")).replace("\"requested\"", "\"completed\"");
        put("Task/" + JsonPath.from(task).getString("id"), task);
        create(
                "MedicationStatement",
                "{\"resourceType\":\"MedicationStatement\",\"status\":\"active\"," + subject
                        + ",\"effectiveDateTime\":\"2026-01-01\",\"medicationCodeableConcept\":{\"text\":\"Aspirin\"}}");
        allHeard();
        assertThat(fhir().get(url).jsonPath().getList("entry.collect{it.flag.coding[0].code}"))
                .containsExactly("continued", "continued");
    }

    @Test
    void the_death_of_the_patient_calls_everything_off() {
        put("Encounter/" + stay, encounter(stay, "finished", at(today.minusDays(4)), at(today.minusDays(1)), ""));
        await(stay, t -> t.size() == 4);
        put("Patient/" + patient, "{\"resourceType\":\"Patient\",\"id\":\"" + patient + "\",\"deceasedBoolean\":true}");
        assertThat(await(stay, t -> all(t, "cancelled"))).allMatch(t -> json(t).contains("patient-died"));
    }

    @Test
    void a_late_diagnosis_that_makes_the_risk_high_brings_the_visit_forward() {
        String emergency =
                ",\"priority\":{\"coding\":[{\"system\":\"http://terminology.hl7.org/CodeSystem/v3-ActPriority\",\"code\":\"EM\"}]}";
        put(
                "Encounter/" + stay,
                encounter(stay, "finished", at(today.minusDays(5)), at(today.minusDays(1)), emergency));
        List<Map<String, Object>> tasks = await(stay, t -> t.size() == 4);
        assertThat(due(of(tasks, "tcm-visit"))).isEqualTo(today.plusDays(13).toString());
        create(
                "Condition",
                "{\"resourceType\":\"Condition\",\"subject\":{\"reference\":\"Patient/" + patient
                        + "\"},\"code\":{\"coding\":[{\"system\":\"http://hl7.org/fhir/sid/icd-10-cm\",\"code\":\"F03.90\"}]}}");
        List<Map<String, Object>> moved = await(
                stay, t -> due(of(t, "tcm-visit")).equals(today.plusDays(6).toString()));
        assertThat(due(of(moved, "medication-reconciliation")))
                .isEqualTo(today.plusDays(6).toString());
        assertThat(due(of(moved, "tcm-contact"))).isEqualTo(due(of(tasks, "tcm-contact")));
    }

    @Test
    void what_a_discharge_waited_for_is_counted() {
        String expected =
                ",\"extension\":[{\"url\":\"http://hl7.org/fhir/5.0/StructureDefinition/extension-Encounter.plannedEndDate\",\"valueDateTime\":\"%s\"}]";
        put(
                "Encounter/" + stay,
                encounter(stay, "in-progress", at(today.minusDays(9)), "", expected.formatted("2026-11-20")));
        put(
                "Encounter/" + stay,
                encounter(stay, "in-progress", at(today.minusDays(9)), "", expected.formatted("2026-11-25")));
        String desk = create("PractitionerRole", "{\"resourceType\":\"PractitionerRole\",\"active\":true}");
        create(
                "Task",
                "{\"resourceType\":\"Task\",\"status\":\"requested\",\"intent\":\"order\",\"authoredOn\":\""
                        + at(today.minusDays(3))
                        + "\",\"code\":{\"coding\":[{\"system\":\"https://throughcare.github.io/ig/CodeSystem/task-kind\",\"code\":\"discharge-barrier\"}]},\"reasonCode\":{\"coding\":[{\"system\":\"https://throughcare.github.io/ig/CodeSystem/discharge-barrier\",\"code\":\"transport\"}]},\"for\":{\"reference\":\"Patient/"
                        + patient + "\"},\"encounter\":{\"reference\":\"Encounter/" + stay
                        + "\"},\"owner\":{\"reference\":\"PractitionerRole/" + desk
                        + "\"},\"restriction\":{\"period\":{\"end\":\"" + today.minusDays(1) + "\"}}}");
        assertThat(fhir().get(
                                "/Task?owner=PractitionerRole/" + desk
                                        + "&code=https://throughcare.github.io/ig/CodeSystem/task-kind|discharge-barrier&status=requested")
                        .jsonPath()
                        .getInt("total"))
                .isEqualTo(1);
        allHeard();
        JsonPath delays =
                fhir().get("/Encounter/" + stay + "/$discharge-delays").jsonPath();
        assertThat(delays.getInt("parameter.find{it.name=='avoidableDays'}.valueInteger"))
                .isEqualTo(3);
        assertThat(delays.getString("parameter.find{it.name=='barrier'}.part.find{it.name=='reason'}.valueString"))
                .isEqualTo("transport");
        assertThat(
                        delays.getList(
                                "parameter.findAll{it.name=='expected'}.collect{it.part.find{p -> p.name=='date'}.valueDateTime}"))
                .containsExactly("2026-11-20", "2026-11-25");
    }
}
