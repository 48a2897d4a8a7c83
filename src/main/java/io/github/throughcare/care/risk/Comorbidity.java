package io.github.throughcare.care.risk;

import java.time.Instant;
import java.time.ZoneId;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.hl7.fhir.r4.model.BaseDateTimeType;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Condition;
import org.hl7.fhir.r4.model.ListResource;
import org.hl7.fhir.r4.model.ListResource.ListStatus;
import org.jspecify.annotations.Nullable;

/**
 * The patient's diagnoses as the LACE index weighs them. A record without any diagnosis is not a patient without any: the sum is
 * known when there is a Condition of any kind, or a current problem list with entries or the statement that there is nothing
 * known ({@code nilknown}). Not thread-safe: the record is read once.
 */
final class Comorbidity {

    static final String CODE = "comorbidity";
    /** LOINC: Problem list - Reported. */
    static final String PROBLEM_LIST = "11450-4";

    private static final Set<String> OVER = Set.of("inactive", "remission", "resolved");

    private final StayRecord record;
    private final RiskPolicy policy;
    private final Comorbidities table;
    private @Nullable Map<String, Set<String>> found;
    private @Nullable Finding sum;

    Comorbidity(StayRecord record, RiskPolicy policy, Comorbidities table) {
        this.record = record;
        this.policy = policy;
        this.table = table;
    }

    /** The raw weighted sum. */
    Finding find() {
        Finding known = sum;
        if (known == null) {
            known = reckon();
            sum = known;
        }
        return known;
    }

    private Finding reckon() {
        Map<String, Set<String>> present = present();
        Set<String> categories = new HashSet<>();
        present.values().forEach(categories::addAll);
        Set<String> counted = table.counted(categories);
        List<String> evidence = present.entrySet().stream()
                .filter(e -> e.getValue().stream().anyMatch(counted::contains))
                .map(Map.Entry::getKey)
                .toList();
        List<String> feed = feed();
        if (feed.isEmpty()) {
            return policy.completeProblems()
                    ? Finding.known(CODE, 0, List.of()).assumed()
                    : Finding.unknown(CODE, "no diagnosis and no problem list is on record (Condition, List 11450-4)");
        }
        return Finding.known(CODE, table.sum(categories), evidence.isEmpty() ? feed : evidence);
    }

    /** Whether the patient has a cancer among the diagnoses, as certain as the diagnoses are. */
    Finding cancer(String code) {
        List<String> evidence = present().entrySet().stream()
                .filter(e -> e.getValue().stream().anyMatch(table.cancer()::contains))
                .map(Map.Entry::getKey)
                .toList();
        Finding diagnoses = find();
        if (!diagnoses.settled()) {
            return Finding.unknown(code, "no diagnosis and no problem list is on record (Condition, List 11450-4)");
        }
        Finding known = Finding.known(code, !evidence.isEmpty(), evidence.isEmpty() ? diagnoses.evidence() : evidence);
        return diagnoses.certainty() == Certainty.ASSUMED ? known.assumed() : known;
    }

    /** Reference of each Condition that counts, with its categories. */
    private Map<String, Set<String>> present() {
        Map<String, Set<String>> known = found;
        if (known == null) {
            known = read();
            found = known;
        }
        return known;
    }

    private Map<String, Set<String>> read() {
        Map<String, Set<String>> present = new TreeMap<>();
        for (Condition condition : record.conditions()) {
            Set<String> categories = new HashSet<>(table.categories(condition.getCode()));
            if (over(condition)) {
                categories.retainAll(table.history());
            }
            if (!categories.isEmpty()
                    && counts(condition)
                    && !has(condition.getVerificationStatus(), Set.of("refuted"))) {
                present.put(StayRecord.reference(condition), categories);
            }
        }
        return present;
    }

    /** What shows that diagnoses are recorded for this patient at all. */
    private List<String> feed() {
        List<String> lists =
                StayRecord.references(record.problemLists().stream().filter(this::tells));
        return lists.isEmpty()
                ? StayRecord.references(record.conditions().stream().filter(this::counts))
                : lists;
    }

    private boolean tells(ListResource list) {
        return list.getStatus() == ListStatus.CURRENT
                && list.getCode().getCoding().stream().anyMatch(c -> PROBLEM_LIST.equals(c.getCode()))
                && by(list.getDateElement())
                && (list.getEntry().stream().anyMatch(e -> !e.getDeleted())
                        || has(list.getEmptyReason(), Set.of("nilknown")));
    }

    private boolean counts(Condition condition) {
        BaseDateTimeType recorded = condition.hasRecordedDate()
                ? condition.getRecordedDateElement()
                : condition.hasOnsetDateTimeType()
                        ? condition.getOnsetDateTimeType()
                        : condition.hasOnsetPeriod()
                                ? condition.getOnsetPeriod().getStartElement()
                                : null;
        return by(recorded) && !has(condition.getVerificationStatus(), Set.of("entered-in-error"));
    }

    /** No longer present at the time reckoned with. */
    private boolean over(Condition condition) {
        return has(condition.getClinicalStatus(), OVER)
                && !(condition.hasAbatementDateTimeType() && !by(condition.getAbatementDateTimeType()));
    }

    private boolean by(@Nullable BaseDateTimeType time) {
        Instant asOf = policy.asOf();
        ZoneId zone = policy.zone();
        return Moment.of(time, zone).map(m -> m.by(asOf)).orElse(true);
    }

    private static boolean has(CodeableConcept concept, Set<String> codes) {
        return concept.getCoding().stream().anyMatch(c -> codes.contains(c.getCode()));
    }
}
