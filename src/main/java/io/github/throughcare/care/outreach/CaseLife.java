package io.github.throughcare.care.outreach;

import static org.hl7.fhir.r4.model.EpisodeOfCare.EpisodeOfCareStatus.ACTIVE;
import static org.hl7.fhir.r4.model.EpisodeOfCare.EpisodeOfCareStatus.CANCELLED;
import static org.hl7.fhir.r4.model.EpisodeOfCare.EpisodeOfCareStatus.ENTEREDINERROR;
import static org.hl7.fhir.r4.model.EpisodeOfCare.EpisodeOfCareStatus.FINISHED;
import static org.hl7.fhir.r4.model.EpisodeOfCare.EpisodeOfCareStatus.ONHOLD;
import static org.hl7.fhir.r4.model.EpisodeOfCare.EpisodeOfCareStatus.PLANNED;
import static org.hl7.fhir.r4.model.EpisodeOfCare.EpisodeOfCareStatus.WAITLIST;

import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;
import org.hl7.fhir.r4.model.EpisodeOfCare.EpisodeOfCareStatus;

/** The life of a case: which EpisodeOfCare.status follows which. Pure. */
final class CaseLife {

    /** How a case may begin. */
    static final Set<EpisodeOfCareStatus> BEGIN = EnumSet.of(PLANNED, WAITLIST, ACTIVE);

    /** Cases that somebody works on. */
    static final Set<EpisodeOfCareStatus> WORKING = EnumSet.of(ACTIVE, ONHOLD);

    /** Cases that have not ended. */
    static final Set<EpisodeOfCareStatus> OPEN = EnumSet.of(PLANNED, WAITLIST, ACTIVE, ONHOLD);

    private CaseLife() {}

    static Set<EpisodeOfCareStatus> after(EpisodeOfCareStatus from) {
        return switch (from) {
            case PLANNED -> EnumSet.of(WAITLIST, ACTIVE, CANCELLED, ENTEREDINERROR);
            case WAITLIST -> EnumSet.of(PLANNED, ACTIVE, CANCELLED, ENTEREDINERROR);
            case ACTIVE -> EnumSet.of(ONHOLD, FINISHED, CANCELLED, ENTEREDINERROR);
            case ONHOLD -> EnumSet.of(ACTIVE, FINISHED, CANCELLED, ENTEREDINERROR);
            case FINISHED -> EnumSet.of(ACTIVE, ENTEREDINERROR);
            case CANCELLED -> EnumSet.of(ENTEREDINERROR);
            case ENTEREDINERROR, NULL -> EnumSet.noneOf(EpisodeOfCareStatus.class);
        };
    }

    /** Codes for a sentence: {@code planned, active or cancelled}. */
    static String named(Set<EpisodeOfCareStatus> states) {
        return states.isEmpty()
                ? "nothing"
                : states.stream().map(EpisodeOfCareStatus::toCode).collect(Collectors.joining(", "));
    }
}
