package io.github.throughcare.care.risk;

import io.github.throughcare.care.Ig;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Date;
import java.util.List;
import java.util.TimeZone;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.CodeType;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.DecimalType;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.IntegerType;
import org.hl7.fhir.r4.model.Period;
import org.hl7.fhir.r4.model.Quantity;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.RiskAssessment;
import org.hl7.fhir.r4.model.RiskAssessment.RiskAssessmentPredictionComponent;
import org.hl7.fhir.r4.model.RiskAssessment.RiskAssessmentStatus;
import org.hl7.fhir.r4.model.Type;

/**
 * A score as a RiskAssessment. Its id derives from Encounter and index, so that a later one is a new version of it. Status is
 * preliminary while the stay is open. {@code method} is the point table with its version; {@code prediction} carries the points
 * ({@code StructureDefinition/risk-score}), the band, and the probability only of a complete score that has a published one;
 * {@code note} tells the points of every item, what is missing, and how far the index may be trusted.
 */
final class RiskAssessments {

    static final String RISK_SCORE = Ig.extension("risk-score");
    private static final String ABSENT = "http://hl7.org/fhir/StructureDefinition/data-absent-reason";
    private static final int OUTCOME_DAYS = 30;

    private RiskAssessments() {}

    /** A UUID of the name, the same on every run. */
    static String id(String type, String encounter, String kind) {
        String name = type + "|" + encounter + "|" + kind;
        return UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)).toString();
    }

    static RiskAssessment of(Score score, Stay stay, RiskPolicy policy) {
        IndexTable table = score.table();
        RiskAssessment assessment = new RiskAssessment();
        assessment.setId(id("RiskAssessment", Linked.id(stay.index()), table.code()));
        assessment.setStatus(stay.open() ? RiskAssessmentStatus.PRELIMINARY : RiskAssessmentStatus.FINAL);
        assessment.setMethod(new CodeableConcept()
                .addCoding(new Coding(table.system(), table.code(), table.title()).setVersion(table.version()))
                .setText(table.title() + ", " + table.system() + "|" + table.version()));
        assessment.setSubject(new Reference("Patient/" + stay.patient()));
        assessment.setEncounter(new Reference("Encounter/" + Linked.id(stay.index())));
        policy.extension().ifPresent(assessment::addExtension);
        assessment.setOccurrence(time(policy.asOf(), policy.zone()));
        score.items().stream()
                .flatMap(i -> i.finding().evidence().stream())
                .distinct()
                .forEach(r -> assessment.addBasis(new Reference(r)));
        assessment.addPrediction(prediction(score, stay));
        notes(score, policy).forEach(text -> assessment.addNote().setText(text));
        return assessment;
    }

    static DateTimeType time(Instant instant, ZoneId zone) {
        DateTimeType time = new DateTimeType(Date.from(instant));
        time.setTimeZone(TimeZone.getTimeZone(zone));
        return time;
    }

    private static RiskAssessmentPredictionComponent prediction(Score score, Stay stay) {
        RiskAssessmentPredictionComponent prediction = new RiskAssessmentPredictionComponent();
        Extension points = prediction.addExtension().setUrl(RISK_SCORE);
        points.addExtension("minPoints", new IntegerType(score.least()));
        points.addExtension("maxPoints", new IntegerType(score.most()));
        prediction.setOutcome(new CodeableConcept().setText(score.table().outcome()));
        prediction.setQualitativeRisk(new CodeableConcept()
                .addCoding(new Coding().setSystem(Ig.SCORE_BAND).setCode(score.band())));
        score.probability().ifPresent(p -> prediction.setProbability(new DecimalType(p)));
        if (!score.complete()) {
            DecimalType unknown = new DecimalType();
            unknown.addExtension(ABSENT, new CodeType("unknown"));
            prediction.setProbability(unknown);
            prediction.setRationale(rationale(score));
        }
        Moment end = stay.end();
        if (end != null) {
            Period days = new Period();
            days.setStartElement(new DateTimeType(end.date().toString()));
            days.setEndElement(
                    new DateTimeType(end.date().plusDays(OUTCOME_DAYS).toString()));
            prediction.setWhen(days);
        }
        return prediction;
    }

    private static String rationale(Score score) {
        String points = score.least() + " to " + score.most() + " points";
        return score.band().equals(Score.UNCERTAIN)
                ? points + ": " + score.lowestBand() + " to " + score.highestBand() + "."
                : points + ".";
    }

    private static List<String> notes(Score score, RiskPolicy policy) {
        String items = score.items().stream().map(RiskAssessments::words).collect(Collectors.joining("; "));
        String missing = score.items().stream()
                .filter(i -> !i.complete())
                .map(i -> i.finding().code() + ": " + i.finding().missing())
                .collect(Collectors.joining("; "));
        String assumed = score.items().stream()
                .filter(i -> i.certainty() == Certainty.ASSUMED)
                .map(i -> i.finding().code())
                .collect(Collectors.joining(", "));
        String days = policy.inclusive()
                ? "Length of stay counts the days of admission and of discharge."
                : "Length of stay is the difference of dates.";
        return Stream.of(
                        "Points: " + items + ". " + days,
                        missing.isEmpty() ? "" : "Missing: " + missing + ".",
                        assumed.isEmpty() ? "" : "Assumed complete: " + assumed + ".",
                        score.table().caution())
                .filter(text -> !text.isEmpty())
                .toList();
    }

    private static String words(Score.Item item) {
        Type value = item.finding().value();
        String found = value == null
                ? item.certainty().code()
                : value instanceof Quantity q
                        ? q.getValue().toPlainString() + " " + q.getUnit()
                        : value.primitiveValue();
        String points = item.complete() ? String.valueOf(item.least()) : item.least() + "-" + item.most();
        return item.finding().code() + " (" + found + ") " + points;
    }
}
