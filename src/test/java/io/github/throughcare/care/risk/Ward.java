package io.github.throughcare.care.risk;

import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Condition;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.Encounter;
import org.hl7.fhir.r4.model.Encounter.EncounterStatus;
import org.hl7.fhir.r4.model.ListResource;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Observation.ObservationStatus;
import org.hl7.fhir.r4.model.Procedure;
import org.hl7.fhir.r4.model.Procedure.ProcedureStatus;
import org.hl7.fhir.r4.model.Quantity;
import org.hl7.fhir.r4.model.Reference;

/**
 * A patient on a ward, ready to be scored: one finished stay {@code index} from 2026-03-10 10:00 to 2026-03-15 09:00 in
 * Toronto, and nothing else on record. Tests say only what matters to them.
 */
final class Ward {

    static final ZoneId ZONE = ZoneId.of("America/Toronto");
    static final String ICD = "http://hl7.org/fhir/sid/icd-10-cm";
    static final String SNOMED = "http://snomed.info/sct";
    static final String ACT_CODE = "http://terminology.hl7.org/CodeSystem/v3-ActCode";
    static final String PRIORITY = "http://terminology.hl7.org/CodeSystem/v3-ActPriority";

    final Encounter index;
    final List<Encounter> encounters = new ArrayList<>();
    final List<Condition> conditions = new ArrayList<>();
    final List<ListResource> lists = new ArrayList<>();
    final List<Observation> observations = new ArrayList<>();
    final List<Procedure> procedures = new ArrayList<>();
    final Map<String, List<CodeableConcept>> specialties = new HashMap<>();
    RiskPolicy policy = policy("2026-04-01T12:00:00-04:00");

    Ward() {
        index = encounter("index", "IMP", "2026-03-10T10:00:00-04:00", "2026-03-15T09:00:00-04:00");
    }

    static RiskPolicy policy(String asOf) {
        return RiskPolicy.standard(new DateTimeType(asOf).getValue().toInstant(), ZONE);
    }

    static RiskPolicy assuming(RiskPolicy p, boolean utilization, boolean problems) {
        return new RiskPolicy(p.asOf(), p.zone(), utilization, problems, p.inclusive(), p.hospitalAdmissions());
    }

    static RiskPolicy cutPoints(RiskPolicy p, String year) {
        return new RiskPolicy(p.asOf(), p.zone(), p.completeUtilization(), p.completeProblems(), p.inclusive(), year);
    }

    static RiskPolicy inclusive(RiskPolicy p) {
        return new RiskPolicy(
                p.asOf(), p.zone(), p.completeUtilization(), p.completeProblems(), true, p.hospitalAdmissions());
    }

    static CodeableConcept code(String system, String code) {
        return new CodeableConcept().addCoding(new Coding().setSystem(system).setCode(code));
    }

    /** Sets the length of the stay: it ends at the same time of day that many days after it began. */
    Ward days(int days) {
        LocalDateTime end = LocalDateTime.parse("2026-03-10T10:00:00").plusDays(days);
        index.getPeriod().setEndElement(new DateTimeType(end + ":00-04:00"));
        return this;
    }

    Ward period(String start, String end) {
        index.getPeriod().setStartElement(start.isEmpty() ? null : new DateTimeType(start));
        index.getPeriod().setEndElement(end.isEmpty() ? null : new DateTimeType(end));
        return this;
    }

    Ward priority(String code) {
        index.setPriority(code(PRIORITY, code));
        return this;
    }

    Encounter encounter(String id, String classCode, String start, String end) {
        Encounter encounter = new Encounter();
        encounter.setId(id);
        encounter.setStatus(end.isEmpty() ? EncounterStatus.INPROGRESS : EncounterStatus.FINISHED);
        encounter.setClass_(new Coding().setSystem(ACT_CODE).setCode(classCode));
        encounter.setSubject(new Reference("Patient/p"));
        if (!start.isEmpty()) {
            encounter.getPeriod().setStartElement(new DateTimeType(start));
        }
        if (!end.isEmpty()) {
            encounter.getPeriod().setEndElement(new DateTimeType(end));
        }
        encounters.add(encounter);
        return encounter;
    }

    Encounter emergency(String id, String start, String end) {
        return encounter(id, "EMER", start, end);
    }

    /** So many emergency visits of two hours, a week apart, the last a week before admission. */
    Ward emergencies(int count) {
        for (int i = 1; i <= count; i++) {
            LocalDateTime start = LocalDateTime.parse("2026-03-10T10:00:00").minusWeeks(i);
            emergency("ed" + i, start + ":00-05:00", start.plusHours(2) + ":00-05:00");
        }
        return this;
    }

    /** So many earlier admissions of two days, a month apart, the last a month before this one. */
    Ward admissions(int count) {
        for (int i = 1; i <= count; i++) {
            LocalDateTime start = LocalDateTime.parse("2026-03-10T10:00:00").minusMonths(i);
            encounter("adm" + i, "IMP", start + ":00-05:00", start.plusDays(2) + ":00-05:00");
        }
        return this;
    }

    Condition condition(String system, String code) {
        Condition condition = new Condition();
        condition.setId("c" + (conditions.size() + 1));
        condition.setCode(code(system, code));
        condition.setClinicalStatus(code("http://terminology.hl7.org/CodeSystem/condition-clinical", "active"));
        condition.setSubject(new Reference("Patient/p"));
        conditions.add(condition);
        return condition;
    }

    Ward diagnoses(String... icd) {
        for (String code : icd) {
            condition(ICD, code);
        }
        return this;
    }

    /** A problem list that says that nothing is known. */
    Ward nothingKnown() {
        ListResource list = new ListResource();
        list.setId("problems");
        list.setStatus(ListResource.ListStatus.CURRENT);
        list.setCode(code("http://loinc.org", "11450-4"));
        list.setEmptyReason(code("http://terminology.hl7.org/CodeSystem/list-empty-reason", "nilknown"));
        lists.add(list);
        return this;
    }

    Observation lab(String loinc, String value, String unit, String effective) {
        Observation observation = new Observation();
        observation.setId("o" + (observations.size() + 1));
        observation.setStatus(ObservationStatus.FINAL);
        observation.setCode(code("http://loinc.org", loinc));
        observation.setSubject(new Reference("Patient/p"));
        observation.setEncounter(new Reference("Encounter/index"));
        if (!effective.isEmpty()) {
            observation.setEffective(new DateTimeType(effective));
        }
        Quantity quantity = new Quantity().setValue(new java.math.BigDecimal(value));
        observation.setValue(unit.isEmpty() ? quantity : quantity.setCode(unit).setUnit(unit));
        observations.add(observation);
        return observation;
    }

    Ward hemoglobin(String value) {
        lab("718-7", value, "g/dL", "2026-03-11T08:00:00-04:00");
        return this;
    }

    Ward sodium(String value) {
        lab("2951-2", value, "mmol/L", "2026-03-11T08:00:00-04:00");
        return this;
    }

    Procedure procedure(String performed) {
        Procedure procedure = new Procedure();
        procedure.setId("pr" + (procedures.size() + 1));
        procedure.setStatus(ProcedureStatus.COMPLETED);
        procedure.setCode(code(SNOMED, "80146002"));
        procedure.setSubject(new Reference("Patient/p"));
        if (!performed.isEmpty()) {
            procedure.setPerformed(new DateTimeType(performed));
        }
        procedures.add(procedure);
        return procedure;
    }

    Ward procedureInStay() {
        procedure("2026-03-10T15:00:00-04:00");
        return this;
    }

    Ward service(String snomed) {
        index.setServiceType(code(SNOMED, snomed));
        return this;
    }

    Ward assuming(boolean utilization, boolean problems) {
        policy = assuming(policy, utilization, problems);
        return this;
    }

    /** The same record with every list in another order. */
    Ward shuffle(long seed) {
        Random random = new Random(seed);
        List.of(encounters, conditions, lists, observations, procedures)
                .forEach(list -> Collections.shuffle(list, random));
        return this;
    }

    Stay stay() {
        return Stay.of(index, encounters, GuideOnClassPath.TABLES.inpatient(), policy.asOf(), policy.zone());
    }

    StayRecord record() {
        return new StayRecord(stay(), encounters, conditions, lists, observations, procedures, specialties);
    }

    List<Score> scores() {
        return ReadmissionRisk.scores(record(), policy, GuideOnClassPath.TABLES);
    }

    Score lace() {
        return scores().get(0);
    }

    Score hospital() {
        return scores().get(1);
    }

    Score simplified() {
        return scores().get(2);
    }

    static Score.Item item(Score score, String code) {
        return score.items().stream()
                .filter(i -> i.finding().code().equals(code))
                .findFirst()
                .orElseThrow();
    }
}
