package io.github.throughcare.fhir.search;

import io.github.throughcare.fhir.index.Interval;
import io.github.throughcare.fhir.index.TypeIndex;
import io.github.throughcare.fhir.storage.Sql;
import io.github.throughcare.fhir.storage.Types;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * When the care was that a resource tells of: what {@code start} and {@code end} of {@code $everything} go by (R4
 * operation-patient-everything.html: "care dates, not record currency dates"). R4 names no elements; the reading is in
 * docs/spec-notes.md. A resource is left out only when its own dates say that it lies outside.
 */
final class CareDates {

    /**
     * @param rule how its dates are taken together
     * @param dates date parameters of the type
     * @param goingOn while its principal status is one of these, it reaches on from its first date
     */
    record When(Rule rule, List<String> dates, List<String> goingOn) {}

    enum Rule {
        /** Each date is care. */
        ANY,
        /** The first of the parameters that has a value counts; the others say when it was written down. */
        FIRST,
        /** From the first parameter to the second, where there is one; open where there is no value. */
        SPAN
    }

    /**
     * Rule, type, its date parameters, and after a slash the statuses while which it goes on. Types that are not named have no care
     * date: who somebody is (Patient, RelatedPerson, Coverage), what holds whenever it was written down (AllergyIntolerance,
     * FamilyMemberHistory, Consent, BodyStructure, Device), and what R4 has no date parameter for.
     */
    private static final Map<String, When> TABLE =
            """
                    ANY   Account                    period
                    ANY   AdverseEvent               date
                    ANY   Appointment                date
                    ANY   AuditEvent                 date
                    ANY   CarePlan                   date
                    ANY   CareTeam                   date
                    FIRST ChargeItem                 occurrence entered-date
                    ANY   Claim                      created
                    ANY   ClaimResponse              created
                    ANY   ClinicalImpression         date
                    ANY   Communication              sent received
                    ANY   CommunicationRequest       occurrence authored / active on-hold
                    FIRST Composition                period date
                    SPAN  Condition                  onset-date abatement-date
                    ANY   CoverageEligibilityRequest created
                    ANY   CoverageEligibilityResponse created
                    ANY   DetectedIssue              identified
                    ANY   DeviceRequest              event-date authored-on / active on-hold
                    ANY   DiagnosticReport           date
                    ANY   DocumentManifest           created
                    FIRST DocumentReference          period date
                    ANY   Encounter                  date
                    ANY   EpisodeOfCare              date
                    ANY   ExplanationOfBenefit       created
                    ANY   Flag                       date
                    SPAN  Goal                       start-date
                    ANY   ImagingStudy               started
                    ANY   Immunization               date reaction-date
                    ANY   ImmunizationEvaluation     date
                    ANY   ImmunizationRecommendation date
                    ANY   Invoice                    date
                    ANY   List                       date / current
                    FIRST MeasureReport              period date
                    ANY   Media                      created
                    ANY   MedicationAdministration   effective-time
                    ANY   MedicationDispense         whenhandedover whenprepared
                    ANY   MedicationRequest          authoredon date / active on-hold
                    ANY   MedicationStatement        effective / active on-hold
                    ANY   NutritionOrder             datetime / active on-hold
                    ANY   Observation                date
                    ANY   Procedure                  date
                    FIRST Provenance                 when recorded
                    ANY   QuestionnaireResponse      authored
                    ANY   RequestGroup               authored / active on-hold
                    ANY   ResearchSubject            date
                    ANY   RiskAssessment             date
                    ANY   Schedule                   date
                    ANY   ServiceRequest             occurrence authored / active on-hold
                    ANY   Specimen                   collected
                    ANY   SupplyRequest              date / active
                    ANY   Task                       authored-on period / requested received accepted ready in-progress on-hold
                    ANY   VisionPrescription         datewritten
                    """.lines().map(line -> line.split("\\s+")).collect(Collectors.toMap(w -> w[1], CareDates::when));

    private final TypeIndex.Catalog catalog;
    private final Types types;

    CareDates(TypeIndex.Catalog catalog, Types types) {
        this.catalog = catalog;
        this.types = types;
    }

    private static When when(String[] words) {
        List<String> all = Arrays.asList(words).subList(2, words.length);
        int slash = all.indexOf("/");
        return slash < 0
                ? new When(Rule.valueOf(words[0]), List.copyOf(all), List.of())
                : new When(
                        Rule.valueOf(words[0]),
                        List.copyOf(all.subList(0, slash)),
                        List.copyOf(all.subList(slash + 1, all.size())));
    }

    /** What is said of the types that have care dates. */
    static Map<String, When> table() {
        return TABLE;
    }

    /** Whether a row {@code q} of {@code resource} tells of care at some moment of the stretch, or may: a condition for SQL. */
    Sql within(Interval stretch) {
        Sql sql = new Sql("CASE ");
        List<Long> plain = new ArrayList<>();
        TABLE.forEach((type, when) -> {
            TypeIndex index = catalog.of(type);
            if (when.rule == Rule.ANY
                    && when.goingOn.isEmpty()
                    && when.dates.size() == 1
                    && index.isPrincipalDate(when.dates.get(0))) {
                plain.add((long) types.number(type));
                return;
            }
            sql.add("WHEN q.type = ? THEN ", (long) types.number(type));
            switch (when.rule) {
                case ANY -> any(sql, index, when, stretch);
                case FIRST -> first(sql, index, when, stretch);
                case SPAN -> span(sql, index, when, stretch);
            }
            sql.add(" ");
        });
        return sql.add(
                "WHEN q.type = ANY(?::bigint[]) THEN q.sdate = " + Interval.MISSING
                        + " OR (q.sdate < ? AND q.edate > ?) ELSE true END",
                plain.stream().mapToLong(Long::longValue).toArray(),
                stretch.hi(),
                stretch.lo());
    }

    private void any(Sql sql, TypeIndex index, When when, Interval stretch) {
        sql.add("((q.present & ?) = 0", bits(index, when.dates));
        for (String date : when.dates) {
            sql.add(" OR ")
                    .add(
                            when.goingOn.isEmpty()
                                    ? held(index, date, "LO < ? AND HI > ?", stretch.hi(), stretch.lo())
                                    : held(
                                            index,
                                            date,
                                            "LO < ? AND (HI > ? OR coalesce(q.state = ANY(?), false))",
                                            stretch.hi(),
                                            stretch.lo(),
                                            states(index, when.goingOn)));
        }
        sql.add(")");
    }

    private void first(Sql sql, TypeIndex index, When when, Interval stretch) {
        sql.add("CASE");
        for (String date : when.dates) {
            sql.add(" WHEN (q.present & ?) <> 0 THEN ", bits(index, List.of(date)))
                    .add(held(index, date, "LO < ? AND HI > ?", stretch.hi(), stretch.lo()));
        }
        sql.add(" ELSE true END");
    }

    private void span(Sql sql, TypeIndex index, When when, Interval stretch) {
        List<String> first = when.dates.subList(0, 1);
        List<String> last = when.dates.subList(1, when.dates.size());
        sql.add("((q.present & ?) = 0 OR ", bits(index, first))
                .add(held(index, first.get(0), "LO < ?", stretch.hi()))
                .add(")");
        if (!last.isEmpty()) {
            sql.add(" AND ((q.present & ?) = 0 OR ", bits(index, last))
                    .add(held(index, last.get(0), "HI > ?", stretch.lo()))
                    .add(")");
        }
    }

    /** A value of the parameter, from LO until HI, is so, wherever the index has it. */
    private static Sql held(TypeIndex index, String date, String condition, Object... args) {
        if (index.isPrincipalDate(date)) {
            return new Sql(
                    "(q.sdate <> " + Interval.MISSING + " AND "
                            + condition.replace("LO", "q.sdate").replace("HI", "q.edate") + ")",
                    args);
        }
        Sql values = new Sql("SELECT true FROM idx_date s WHERE s.pk = q.pk AND s.h = ?", index.seed(date));
        return Criterion.exists(
                values.add(" AND " + condition.replace("LO", "s.lo").replace("HI", "s.hi"), args));
    }

    private long[] states(TypeIndex index, List<String> codes) {
        return codes.stream()
                .mapToLong(code -> catalog.keys().code(code) ^ index.seed("status"))
                .toArray();
    }

    private long bits(TypeIndex index, List<String> dates) {
        return dates.stream()
                .mapToLong(d -> 1L
                        << catalog.parameters()
                                .find(index.type(), d)
                                .orElseThrow()
                                .bit())
                .reduce(0, (a, b) -> a | b);
    }
}
