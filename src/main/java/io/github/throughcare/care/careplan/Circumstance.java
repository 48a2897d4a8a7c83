package io.github.throughcare.care.careplan;

import io.github.throughcare.fhir.ResourceChanged;
import java.time.Instant;
import java.util.Date;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.Appointment;
import org.hl7.fhir.r4.model.Appointment.AppointmentParticipantComponent;
import org.hl7.fhir.r4.model.Appointment.AppointmentStatus;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Condition;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.Encounter;
import org.hl7.fhir.r4.model.Encounter.EncounterStatus;
import org.hl7.fhir.r4.model.MedicationRequest;
import org.hl7.fhir.r4.model.MedicationRequest.MedicationRequestStatus;
import org.hl7.fhir.r4.model.MedicationStatement;
import org.hl7.fhir.r4.model.MedicationStatement.MedicationStatementStatus;
import org.hl7.fhir.r4.model.Period;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Type;
import org.jspecify.annotations.Nullable;

/**
 * Something in a person's life that a plan must be looked at for: a diagnosis or need that is new or open again, a medication begun, an
 * admission, a missed appointment.
 *
 * @param patient logical id
 * @param inWords for the reviewer
 * @param days how soon the plan should be reviewed
 * @param happened when, as far as the record says
 */
record Circumstance(
        String patient, String inWords, int days, @Nullable Instant happened) {

    private static final Set<String> OPEN = Set.of("active", "recurrence", "relapse");
    private static final Set<String> NOT_SO = Set.of("refuted", "entered-in-error");
    private static final Set<String> STAY = Set.of("IMP", "ACUTE", "NONAC", "EMER");
    private static final Set<EncounterStatus> ADMITTED = Set.of(
            EncounterStatus.ARRIVED, EncounterStatus.TRIAGED, EncounterStatus.INPROGRESS, EncounterStatus.FINISHED);
    private static final String NEW_MEDICATION = "New medication: ";
    private static final int ADMISSION_DAYS = 2;
    private static final int APPOINTMENT_DAYS = 3;
    private static final int OTHER_DAYS = 7;

    /** What a change means for plans; empty for the many that mean nothing. */
    static Optional<Circumstance> of(ResourceChanged change) {
        return Stream.of(diagnosis(change), ordered(change), taken(change), admission(change), missed(change))
                .flatMap(Optional::stream)
                .findFirst();
    }

    private static Optional<Circumstance> diagnosis(ResourceChanged change) {
        return change.after(Condition.class)
                .filter(Circumstance::isOpen)
                .filter(c -> change.before(Condition.class)
                        .filter(Circumstance::isOpen)
                        .isEmpty())
                .flatMap(c -> about(
                        c.getSubject(),
                        "New diagnosis or need: " + text(c.getCode()),
                        OTHER_DAYS,
                        c.hasRecordedDate() ? c.getRecordedDate() : null));
    }

    static boolean isOpen(Condition condition) {
        boolean open = condition.hasClinicalStatus()
                ? condition.getClinicalStatus().getCoding().stream().anyMatch(c -> OPEN.contains(c.getCode()))
                : !condition.hasAbatement();
        return open
                && condition.getVerificationStatus().getCoding().stream().noneMatch(c -> NOT_SO.contains(c.getCode()));
    }

    private static Optional<Circumstance> ordered(ResourceChanged change) {
        return change.after(MedicationRequest.class)
                .filter(m -> m.getStatus() == MedicationRequestStatus.ACTIVE)
                .filter(m -> change.before(MedicationRequest.class)
                        .filter(b -> b.getStatus() == MedicationRequestStatus.ACTIVE)
                        .isEmpty())
                .flatMap(m ->
                        about(m.getSubject(), NEW_MEDICATION + text(m.getMedication()), OTHER_DAYS, m.getAuthoredOn()));
    }

    /** What a person says to take; what was ordered here was news when it was ordered. */
    private static Optional<Circumstance> taken(ResourceChanged change) {
        return change.after(MedicationStatement.class)
                .filter(m -> m.getStatus() == MedicationStatementStatus.ACTIVE)
                .filter(m -> !m.hasBasedOn() && !m.hasDerivedFrom())
                .filter(m -> change.before(MedicationStatement.class)
                        .filter(b -> b.getStatus() == MedicationStatementStatus.ACTIVE)
                        .isEmpty())
                .flatMap(m -> about(m.getSubject(), NEW_MEDICATION + text(m.getMedication()), OTHER_DAYS, begun(m)));
    }

    private static @Nullable Date begun(MedicationStatement taken) {
        if (taken.getEffective() instanceof Period period && period.hasStart()) {
            return period.getStart();
        }
        return taken.getEffective() instanceof DateTimeType moment ? moment.getValue() : taken.getDateAsserted();
    }

    private static String text(Type medication) {
        return medication instanceof CodeableConcept concept
                ? text(concept)
                : medication instanceof Reference reference && reference.hasDisplay()
                        ? reference.getDisplay()
                        : "see the record";
    }

    private static Optional<Circumstance> admission(ResourceChanged change) {
        return change.after(Encounter.class)
                .filter(Circumstance::isAdmitted)
                .filter(e -> change.before(Encounter.class)
                        .filter(Circumstance::isAdmitted)
                        .isEmpty())
                .flatMap(e -> about(
                        e.getSubject(),
                        "EMER".equals(e.getClass_().getCode()) ? "Emergency visit" : "Admission to hospital",
                        ADMISSION_DAYS,
                        e.getPeriod().getStart()));
    }

    private static boolean isAdmitted(Encounter encounter) {
        return STAY.contains(String.valueOf(encounter.getClass_().getCode()))
                && ADMITTED.contains(encounter.getStatus());
    }

    private static Optional<Circumstance> missed(ResourceChanged change) {
        return change.after(Appointment.class)
                .filter(a -> a.getStatus() == AppointmentStatus.NOSHOW)
                .filter(a -> change.before(Appointment.class)
                        .filter(b -> b.getStatus() == AppointmentStatus.NOSHOW)
                        .isEmpty())
                .flatMap(a -> a.getParticipant().stream()
                        .map(AppointmentParticipantComponent::getActor)
                        .filter(actor ->
                                "Patient".equals(actor.getReferenceElement().getResourceType()))
                        .findFirst()
                        .flatMap(patient -> about(
                                patient,
                                "Missed appointment" + (a.hasDescription() ? ": " + a.getDescription() : ""),
                                APPOINTMENT_DAYS,
                                a.getStart())));
    }

    private static Optional<Circumstance> about(Reference patient, String inWords, int days, @Nullable Date happened) {
        return "Patient".equals(patient.getReferenceElement().getResourceType())
                ? Optional.of(new Circumstance(
                        patient.getReferenceElement().getIdPart(),
                        inWords,
                        days,
                        happened == null ? null : happened.toInstant()))
                : Optional.empty();
    }

    private static String text(CodeableConcept concept) {
        return concept.hasText()
                ? concept.getText()
                : concept.getCodingFirstRep().hasDisplay()
                        ? concept.getCodingFirstRep().getDisplay()
                        : String.valueOf(concept.getCodingFirstRep().getCode());
    }
}
