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
import org.hl7.fhir.r4.model.Encounter;
import org.hl7.fhir.r4.model.Encounter.EncounterStatus;
import org.hl7.fhir.r4.model.MedicationRequest;
import org.hl7.fhir.r4.model.MedicationRequest.MedicationRequestStatus;
import org.hl7.fhir.r4.model.Reference;
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
    private static final int ADMISSION_DAYS = 2;
    private static final int APPOINTMENT_DAYS = 3;
    private static final int OTHER_DAYS = 7;

    /** What a change means for plans; empty for the many that mean nothing. */
    static Optional<Circumstance> of(ResourceChanged change) {
        return Stream.of(diagnosis(change), medication(change), admission(change), missed(change))
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

    private static Optional<Circumstance> medication(ResourceChanged change) {
        return change.after(MedicationRequest.class)
                .filter(m -> m.getStatus() == MedicationRequestStatus.ACTIVE)
                .filter(m -> change.before(MedicationRequest.class)
                        .filter(b -> b.getStatus() == MedicationRequestStatus.ACTIVE)
                        .isEmpty())
                .flatMap(m -> about(
                        m.getSubject(),
                        "New medication: "
                                + (m.hasMedicationCodeableConcept()
                                        ? text(m.getMedicationCodeableConcept())
                                        : String.valueOf(
                                                m.getMedicationReference().getDisplay())),
                        OTHER_DAYS,
                        m.getAuthoredOn()));
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
