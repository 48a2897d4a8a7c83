package io.github.throughcare.care.assessment;

import io.github.throughcare.care.CareSettings;
import io.github.throughcare.care.FreshLook;
import io.github.throughcare.care.Look;
import io.github.throughcare.care.UnchangedSince;
import io.github.throughcare.care.Visits;
import io.github.throughcare.care.WriteBack;
import io.github.throughcare.care.assessment.Assessment.Draft;
import io.github.throughcare.care.assessment.Assessment.Known;
import io.github.throughcare.fhir.FhirOperation;
import io.github.throughcare.fhir.OperationCall;
import io.github.throughcare.fhir.Problem;
import io.github.throughcare.fhir.Resources;
import io.github.throughcare.fhir.Visibility;
import java.time.Clock;
import java.util.Date;
import java.util.Iterator;
import java.util.List;
import java.util.TimeZone;
import java.util.UUID;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.hl7.fhir.instance.model.api.IIdType;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.Bundle.BundleType;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.QuestionnaireResponse;
import org.hl7.fhir.r4.model.QuestionnaireResponse.QuestionnaireResponseStatus;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.springframework.stereotype.Component;

/**
 * {@code POST Patient/{id}/$assess}: reads what is there, lets {@link Assessment} decide, stores all of it in one transaction.
 * docs/assessment.md.
 */
@Component
class AssessOperation implements FhirOperation {

    private static final int STRIPES = 64;

    private final Resources resources;
    private final Forms forms;
    private final Clock clock;
    private final CareSettings settings;

    /**
     * One assessment of a patient at a time: two at once would both find no open need, and both open it. Within this process they
     * wait here; against other processes on the same database {@link UnchangedSince} guards the commit.
     */
    private final List<Lock> locks =
            Stream.<Lock>generate(() -> new ReentrantLock(true)).limit(STRIPES).toList();

    AssessOperation(Resources resources, Forms forms, Clock clock, CareSettings settings) {
        this.resources = resources;
        this.forms = forms;
        this.clock = clock;
        this.settings = settings;
    }

    @Override
    public String definition() {
        return "Patient-assess";
    }

    @Override
    public Resource run(OperationCall call) {
        Patient patient = resources
                .read(Patient.class, call.requireId(), call.visibility())
                .orElseThrow(() -> Problem.unknown("There is no Patient/" + call.id() + "."));
        QuestionnaireResponse sent = call.resource("response", QuestionnaireResponse.class)
                .orElseThrow(() -> Problem.malformed(
                        "Parameter \"response\" must be a QuestionnaireResponse.", "Parameters.parameter"));
        Lock lock = locks.get(Math.floorMod(patient.getIdPart().hashCode(), STRIPES));
        lock.lock();
        try {
            return FreshLook.untilAlone(() -> assess(completed(sent.copy(), call), patient, call.visibility()));
        } finally {
            lock.unlock();
        }
    }

    private Bundle assess(QuestionnaireResponse response, Patient patient, Visibility visibility) {
        Visits.check(
                response.getEncounter(), patient.getIdPart(), resources, visibility, "QuestionnaireResponse.encounter");
        Form form = forms.form(response.getQuestionnaire());
        Assessment assessment = Assessment.of(form, response, patient, forms.expressions());
        Look look = new Look(resources, visibility);
        Known known = new KnownResources(look, patient.getIdPart()).of(assessment);
        response.setId(
                known.response() != null
                        ? known.response().getIdPart()
                        : response.getIdentifier().hasValue()
                                ? DerivedId.of(
                                        patient.getIdPart(),
                                        response.getIdentifier().getSystem(),
                                        response.getIdentifier().getValue())
                                : UUID.randomUUID().toString());
        List<Draft> drafts = assessment.drafts(known, clock.instant(), settings.zoneId());
        return answer(
                drafts,
                resources.commit(
                        transaction(drafts),
                        visibility,
                        new UnchangedSince("QuestionnaireResponse", patient.getIdPart(), look)));
    }

    /** The response with what the call or the clock fills in. */
    private QuestionnaireResponse completed(QuestionnaireResponse response, OperationCall call) {
        if (response.getStatus() != QuestionnaireResponseStatus.COMPLETED
                && response.getStatus() != QuestionnaireResponseStatus.AMENDED) {
            throw Problem.rule(
                    "Only a completed or amended response can be assessed; this one is "
                            + (response.hasStatus() ? response.getStatus().toCode() : "without status") + ".",
                    "QuestionnaireResponse.status");
        }
        if (!response.hasQuestionnaire()) {
            throw Problem.rule(
                    "The response must name its form, e.g. https://throughcare.github.io/ig/Questionnaire/phq-9.",
                    "QuestionnaireResponse.questionnaire");
        }
        if (response.hasSubject() && !isAbout(response.getSubject(), call.requireId())) {
            throw Problem.rule(
                    "The response is about " + response.getSubject().getReference() + ", but the call about Patient/"
                            + call.id() + "; leave the subject out, or call the operation on that patient.",
                    "QuestionnaireResponse.subject");
        }
        response.setMeta(null).setId((String) null);
        response.getSubject().setReference("Patient/" + call.id());
        if (!response.hasEncounter()) {
            call.value("encounter", Reference.class).ifPresent(response::setEncounter);
        }
        if (!response.hasAuthor()) {
            call.value("author", Reference.class).ifPresent(response::setAuthor);
        }
        if (!response.hasAuthored()) {
            DateTimeType now = new DateTimeType(Date.from(clock.instant()));
            now.setTimeZone(TimeZone.getTimeZone(settings.zoneId()));
            response.setAuthoredElement(now);
        }
        return response;
    }

    private static boolean isAbout(Reference subject, String patient) {
        IIdType id = subject.getReferenceElement();
        return "Patient".equals(id.getResourceType()) && patient.equals(id.getIdPart()) && !id.hasBaseUrl();
    }

    /** What changes, and the response in any case: the guard is asked about it. */
    private static Bundle transaction(List<Draft> drafts) {
        Bundle transaction = new Bundle().setType(BundleType.TRANSACTION);
        drafts.stream()
                .filter(AssessOperation::isSent)
                .map(draft -> WriteBack.entry(draft.after(), draft.before()))
                .forEach(transaction::addEntry);
        return transaction;
    }

    private static boolean isSent(Draft draft) {
        return draft.changes() || draft.after() instanceof QuestionnaireResponse;
    }

    private static Bundle answer(List<Draft> drafts, Bundle committed) {
        Iterator<BundleEntryComponent> answers = committed.getEntry().iterator();
        Bundle result = new Bundle().setType(BundleType.COLLECTION);
        for (Draft draft : drafts) {
            Resource resource = isSent(draft) ? answers.next().getResource() : draft.after();
            if (draft.told()) {
                result.addEntry().setFullUrl(url(draft)).setResource(resource);
            }
        }
        return result;
    }

    private static String url(Draft draft) {
        return draft.after().fhirType() + "/" + draft.after().getIdElement().getIdPart();
    }
}
