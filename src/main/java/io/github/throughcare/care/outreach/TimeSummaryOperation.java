package io.github.throughcare.care.outreach;

import io.github.throughcare.care.FacilityTime;
import io.github.throughcare.care.Ig;
import io.github.throughcare.care.Tokens;
import io.github.throughcare.fhir.FhirOperation;
import io.github.throughcare.fhir.OperationCall;
import io.github.throughcare.fhir.Problem;
import io.github.throughcare.fhir.Resources;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.hl7.fhir.r4.model.BooleanType;
import org.hl7.fhir.r4.model.CodeSystem;
import org.hl7.fhir.r4.model.CodeType;
import org.hl7.fhir.r4.model.Consent;
import org.hl7.fhir.r4.model.DecimalType;
import org.hl7.fhir.r4.model.EpisodeOfCare;
import org.hl7.fhir.r4.model.IntegerType;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Parameters.ParametersParameterComponent;
import org.hl7.fhir.r4.model.PractitionerRole;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.StringType;
import org.springframework.stereotype.Component;

/**
 * {@code EpisodeOfCare/[id]/$time-summary}: the minutes of care management of a calendar month by role, and which billing thresholds
 * they reach. The thresholds are a CodeSystem of the guide ({@code care-management-billing}), the arithmetic is
 * {@link MinutesOfMonth}.
 */
@Component
final class TimeSummaryOperation implements FhirOperation {

    private static final String KIND = Ig.codeSystem("observation-kind");

    private final Resources resources;
    private final FacilityTime time;

    TimeSummaryOperation(Resources resources, FacilityTime time) {
        this.resources = resources;
        this.time = time;
    }

    @Override
    public String definition() {
        return "EpisodeOfCare-time-summary";
    }

    @Override
    public Resource run(OperationCall call) {
        EpisodeOfCare episode = resources
                .read(EpisodeOfCare.class, call.requireId(), call.visibility())
                .orElseThrow(() -> Problem.unknown("EpisodeOfCare/" + call.id() + " is not known"));
        YearMonth month = month(call);
        String patient = episode.getPatient().getReferenceElement().getIdPart();
        MinutesOfMonth minutes = MinutesOfMonth.of(
                resources.search(
                        Observation.class,
                        "patient=" + patient + "&code=" + Tokens.of(KIND, "care-management-time"),
                        call.visibility()),
                month,
                roles(call),
                time);
        boolean consent = consent(patient, month, call);
        Parameters out = new Parameters();
        out.addParameter().setName("month").setValue(new StringType(month.toString()));
        out.addParameter().setName("consent").setValue(new BooleanType(consent));
        out.addParameter().setName("uncounted").setValue(new IntegerType(minutes.uncounted()));
        minutes.byRole().forEach((role, sum) -> {
            ParametersParameterComponent p = out.addParameter().setName("minutes");
            p.addPart().setName("role").setValue(new CodeType(role));
            p.addPart().setName("value").setValue(new DecimalType(sum));
        });
        CodeSystem billing = resources
                .definition(CodeSystem.class, Ig.codeSystem("care-management-billing"))
                .orElseThrow();
        for (MinutesOfMonth.Threshold t : MinutesOfMonth.thresholds(billing)) {
            MinutesOfMonth.Reached reached = minutes.against(t);
            ParametersParameterComponent p = out.addParameter().setName("code");
            p.addPart().setName("code").setValue(new CodeType(t.code()));
            p.addPart().setName("role").setValue(new CodeType(t.role()));
            p.addPart().setName("threshold").setValue(new IntegerType(t.minutes()));
            p.addPart().setName("reached").setValue(new BooleanType(reached.reached()));
            p.addPart().setName("missing").setValue(new DecimalType(reached.missing()));
            p.addPart().setName("units").setValue(new IntegerType(reached.units()));
            p.addPart().setName("billable").setValue(new BooleanType(reached.reached() && consent));
        }
        return out;
    }

    private YearMonth month(OperationCall call) {
        String text = call.value("month", StringType.class)
                .map(StringType::getValue)
                .orElseGet(() -> YearMonth.from(time.today()).toString());
        try {
            if (!text.matches("\\d{4}-\\d{2}")) {
                throw new DateTimeParseException("no month", text, 0);
            }
            return YearMonth.parse(text);
        } catch (DateTimeParseException e) {
            throw Problem.malformed("month is a calendar month such as 2026-11, not " + text, "month");
        }
    }

    /** The role that a performer works in: the code of the PractitionerRole. */
    private MinutesOfMonth.Roles roles(OperationCall call) {
        Map<String, Optional<String>> known = new HashMap<>();
        return performer -> known.computeIfAbsent(String.valueOf(performer.getReference()), k -> role(performer, call));
    }

    private Optional<String> role(Reference performer, OperationCall call) {
        if (!"PractitionerRole".equals(performer.getReferenceElement().getResourceType())) {
            return Optional.empty();
        }
        return resources
                .read(PractitionerRole.class, performer.getReferenceElement().getIdPart(), call.visibility())
                .flatMap(r -> r.getCode().stream()
                        .flatMap(c -> c.getCoding().stream())
                        .map(org.hl7.fhir.r4.model.Coding::getCode)
                        .filter(java.util.Objects::nonNull)
                        .findFirst());
    }

    /** Consent to care management that is active and covers some of the month. */
    private boolean consent(String patient, YearMonth month, OperationCall call) {
        LocalDate first = month.atDay(1);
        List<Consent> consents =
                resources.search(Consent.class, "patient=" + patient + "&status=active", call.visibility());
        return consents.stream()
                .filter(c -> java.util.stream.Stream.concat(
                                c.getCategory().stream().flatMap(k -> k.getCoding().stream()),
                                java.util.stream.Stream.of(c.getPolicyRule()).flatMap(k -> k.getCoding().stream()))
                        .anyMatch(k -> "care-management".equals(k.getCode())))
                .filter(c -> c.getProvision().getType() != Consent.ConsentProvisionType.DENY)
                .anyMatch(c -> covers(c, first, month.atEndOfMonth()));
    }

    private boolean covers(Consent consent, LocalDate first, LocalDate last) {
        var period = consent.getProvision().getPeriod();
        boolean begun = !period.hasStart()
                || time.start(period.getStartElement())
                        .isBefore(last.plusDays(1).atStartOfDay(time.zone()).toInstant());
        boolean lasts = !period.hasEnd()
                || time.end(period.getEndElement())
                        .isAfter(first.atStartOfDay(time.zone()).toInstant());
        boolean given = !consent.hasDateTime()
                || time.start(consent.getDateTimeElement())
                        .isBefore(last.plusDays(1).atStartOfDay(time.zone()).toInstant());
        return begun && lasts && given;
    }
}
