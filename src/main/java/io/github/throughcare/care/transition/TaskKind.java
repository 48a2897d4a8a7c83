package io.github.throughcare.care.transition;

import io.github.throughcare.care.BusinessDays;
import io.github.throughcare.care.Ig;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import org.hl7.fhir.r4.model.Task;

/** What is to be done after a discharge ({@code CodeSystem/task-kind}), and by when (CPT 99495, 99496; CMS MLN908628). */
enum TaskKind {
    CONTACT("tcm-contact", "Contact the patient or caregiver after discharge"),
    VISIT("tcm-visit", "Visit after discharge"),
    RECONCILIATION("medication-reconciliation", "Reconcile medication after discharge"),
    PERIOD_END("tcm-period-end", "Transitional care ends");

    private static final int CONTACT_BUSINESS_DAYS = 2;
    private static final int VISIT_DAYS_HIGH = 7;
    private static final int VISIT_DAYS = 14;
    private static final int PERIOD_DAYS = 29;

    /** All kinds as a token list of a search. */
    static final String TOKENS =
            Arrays.stream(values()).map(k -> Ig.TASK_KIND + "|" + k.code).collect(Collectors.joining(","));

    final String code;
    final String words;

    TaskKind(String code, String words) {
        this.code = code;
        this.words = words;
    }

    /** The last day on which it is in time. */
    LocalDate due(LocalDate discharged, boolean soon) {
        return switch (this) {
            case CONTACT -> BusinessDays.after(discharged, CONTACT_BUSINESS_DAYS);
            case VISIT, RECONCILIATION -> discharged.plusDays(soon ? VISIT_DAYS_HIGH : VISIT_DAYS);
            case PERIOD_END -> discharged.plusDays(PERIOD_DAYS);
        };
    }

    /** Logical id of the Task: a UUID of Encounter and kind, the same on every run. */
    String id(String encounter) {
        return id("Task", encounter, code);
    }

    static String id(String type, String encounter, String kind) {
        return UUID.nameUUIDFromBytes((type + "|" + encounter + "|" + kind).getBytes(StandardCharsets.UTF_8))
                .toString();
    }

    boolean is(Task task) {
        return task.getCode().getCoding().stream()
                .anyMatch(c -> Ig.TASK_KIND.equals(c.getSystem()) && code.equals(c.getCode()));
    }

    /** Ids of all Tasks that a stay's discharge may have. */
    static List<String> ids(String encounter) {
        return Arrays.stream(values()).map(k -> k.id(encounter)).toList();
    }
}
