package io.github.throughcare.care.outreach;

import io.github.throughcare.care.FreshLook;
import io.github.throughcare.care.OpenTasks;
import io.github.throughcare.care.WriteBack;
import io.github.throughcare.fhir.FhirOperation;
import io.github.throughcare.fhir.OperationCall;
import io.github.throughcare.fhir.Problem;
import io.github.throughcare.fhir.Resources;
import io.github.throughcare.fhir.WriteRule;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.hl7.fhir.instance.model.api.IIdType;
import org.hl7.fhir.r4.model.EpisodeOfCare;
import org.hl7.fhir.r4.model.Practitioner;
import org.hl7.fhir.r4.model.PractitionerRole;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.Task;
import org.springframework.stereotype.Component;

/**
 * {@code EpisodeOfCare/[id]/$assign}: gives a case to a manager, with the patient's open Tasks that the old manager owned. The cap on
 * the new manager's load is looked at with the manager's row locked, so that two assignments at once cannot both take the last
 * place.
 */
@Component
final class AssignOperation implements FhirOperation {

    private final Resources resources;
    private final CoordinationSettings settings;

    AssignOperation(Resources resources, CoordinationSettings settings) {
        this.resources = resources;
        this.settings = settings;
    }

    @Override
    public String definition() {
        return "EpisodeOfCare-assign";
    }

    @Override
    public Resource run(OperationCall call) {
        Reference manager = manager(call);
        return FreshLook.untilAlone(() -> assign(call, manager));
    }

    private Reference manager(OperationCall call) {
        IIdType id = call.value("manager", Reference.class).orElseThrow().getReferenceElement();
        if (id.isAbsolute()) {
            throw Problem.rule(
                    id.getValue() + " is at another server; name somebody here, as Practitioner/123", "manager");
        }
        String type = String.valueOf(id.getResourceType());
        boolean known = switch (type) {
            case "Practitioner" ->
                resources
                        .read(Practitioner.class, id.getIdPart(), call.visibility())
                        .isPresent();
            case "PractitionerRole" ->
                resources
                        .read(PractitionerRole.class, id.getIdPart(), call.visibility())
                        .isPresent();
            default ->
                throw Problem.rule(
                        "A manager is a Practitioner or a PractitionerRole, not " + id.getValue(), "manager");
        };
        if (!known) {
            throw Problem.rule(id.getValue() + " is not known; a case is given to somebody who is", "manager");
        }
        return new Reference(type + "/" + id.getIdPart());
    }

    private Resource assign(OperationCall call, Reference manager) {
        String id = call.requireId();
        EpisodeOfCare episode = resources
                .read(EpisodeOfCare.class, id, call.visibility())
                .orElseThrow(() -> Problem.unknown("EpisodeOfCare/" + id + " is not known"));
        if (!CaseLife.OPEN.contains(episode.getStatus())) {
            throw Problem.rule(
                    "The case is " + episode.getStatus().toCode() + "; only one that is "
                            + CaseLife.named(CaseLife.OPEN) + " can be assigned",
                    "EpisodeOfCare.status");
        }
        Reference old = episode.getCareManager();
        List<Resource> changed = new ArrayList<>();
        changed.add(episode.copy().setCareManager(manager));
        if (old.hasReference() && !old.getReference().equals(manager.getReference())) {
            for (Task task : tasks(call, episode, old)) {
                changed.add(task.setOwner(manager.copy()));
            }
        }
        return resources
                .commit(
                        WriteBack.transaction(changed),
                        call.visibility(),
                        new Cap(manager, call.flag("override"), settings.caseloadCap()))
                .getEntry()
                .get(0)
                .getResource();
    }

    private List<Task> tasks(OperationCall call, EpisodeOfCare episode, Reference old) {
        return resources.search(
                Task.class,
                "patient=" + episode.getPatient().getReferenceElement().getIdPart() + "&owner="
                        + old.getReferenceElement().toUnqualifiedVersionless().getValue() + "&status="
                        + OpenTasks.STATUSES,
                call.visibility());
    }

    /** The cap, looked at within the transaction. */
    record Cap(
            Reference manager,
            boolean override,
            @org.jspecify.annotations.Nullable BigDecimal cap) implements WriteRule {

        @Override
        public Set<String> types() {
            return Set.of("EpisodeOfCare");
        }

        @Override
        public void check(Intent intent) {
            if (override || cap == null || !(intent.after() instanceof EpisodeOfCare episode)) {
                return;
            }
            if (intent.before() instanceof EpisodeOfCare before
                    && manager.getReference().equals(before.getCareManager().getReference())) {
                return; // who has the case already takes nothing on
            }
            IIdType id = manager.getReferenceElement();
            // holds the manager's row: others who give this manager a case wait here
            if (id.getResourceType().equals("Practitioner")) {
                intent.current(Practitioner.class, id.getIdPart());
            } else {
                intent.current(PractitionerRole.class, id.getIdPart());
            }
            BigDecimal load =
                    Acuity.load(intent
                            .search(
                                    EpisodeOfCare.class,
                                    "care-manager=" + manager.getReference() + "&status=active,onhold")
                            .stream()
                            .filter(e -> !e.getIdElement()
                                    .getIdPart()
                                    .equals(episode.getIdElement().getIdPart()))
                            .toList());
            BigDecimal then = load.add(Acuity.points(episode));
            if (then.compareTo(cap) > 0) {
                throw Problem.rule(
                        manager.getReference() + " would carry " + then.toPlainString()
                                + " acuity points, and the cap is " + cap.toPlainString()
                                + "; choose another manager, or send override=true",
                        "manager");
            }
        }
    }
}
