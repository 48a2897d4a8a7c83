package io.github.throughcare.care.careplan;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.CanonicalType;
import org.hl7.fhir.r4.model.CarePlan;
import org.hl7.fhir.r4.model.CarePlan.CarePlanActivityComponent;
import org.hl7.fhir.r4.model.CarePlan.CarePlanIntent;
import org.hl7.fhir.r4.model.CarePlan.CarePlanStatus;
import org.hl7.fhir.r4.model.CareTeam;
import org.hl7.fhir.r4.model.Condition;
import org.hl7.fhir.r4.model.Goal;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;

/** The CarePlan itself: which programmes, problems, goals and activities it holds. What it held before it keeps. */
final class CarePlanDraft {

    private CarePlanDraft() {}

    /** The stored plan with what is new; equal to it when nothing is. */
    static CarePlan of(
            PlanRequest request,
            LivingPlan plan,
            List<AppliedProgramme> programmes,
            List<Resource> parts,
            CareTeam team) {
        CarePlan stored = plan.carePlan();
        CarePlan carePlan = stored == null ? empty(request, plan) : stored.copy();
        for (AppliedProgramme programme : programmes) {
            if (!carePlan.hasInstantiatesCanonical(programme.programme().url())) {
                carePlan.addInstantiatesCanonical(programme.programme().url());
            }
        }
        addresses(programmes).forEach(condition -> reference(carePlan.getAddresses(), condition));
        reference(carePlan.getCareTeam(), PlanChanges.address(team));
        plan.beside().forEach(other -> reference(carePlan.getSupportingInfo(), PlanChanges.address(other)));
        Set<String> activities = carePlan.getActivity().stream()
                .map(CarePlanActivityComponent::getReference)
                .map(Reference::getReference)
                .filter(Objects::nonNull)
                .collect(Collectors.toSet());
        for (Resource part : parts) {
            String address = PlanChanges.address(part);
            if (part instanceof Goal) {
                reference(carePlan.getGoal(), address);
            } else if (activities.add(address)) {
                carePlan.addActivity().setReference(new Reference(address));
            }
        }
        if (stored == null || !stored.equalsDeep(carePlan)) {
            carePlan.setText(PlanNarrative.of(titles(carePlan, programmes), parts));
        }
        return carePlan;
    }

    private static CarePlan empty(PlanRequest request, LivingPlan plan) {
        CarePlan carePlan = new CarePlan()
                .setStatus(CarePlanStatus.ACTIVE)
                .setIntent(CarePlanIntent.PLAN)
                .setTitle("Care plan")
                .setSubject(request.patient())
                .setCreated(request.nowAsDate());
        carePlan.addCategory().addCoding().setSystem(PlanDraft.CATEGORY_SYSTEM).setCode(PlanDraft.CATEGORY);
        carePlan.getPeriod().setStartElement(PlanRequest.day(request.start()));
        Optional.ofNullable(request.author()).ifPresent(author -> carePlan.setAuthor(author.copy()));
        Optional.ofNullable(request.encounter()).ifPresent(encounter -> carePlan.setEncounter(encounter.copy()));
        carePlan.setId("CarePlan/" + plan.id());
        return carePlan;
    }

    private static List<String> addresses(List<AppliedProgramme> programmes) {
        return programmes.stream()
                .flatMap(p ->
                        Stream.concat(p.addresses().stream(), p.goals().stream().flatMap(g -> g.addresses().stream())))
                .map((Condition c) -> "Condition/" + c.getIdElement().getIdPart())
                .distinct()
                .toList();
    }

    private static void reference(List<Reference> references, String address) {
        if (references.stream().noneMatch(r -> address.equals(r.getReference()))) {
            references.add(new Reference(address));
        }
    }

    /** Titles of the programmes just applied, canonicals of the others in the plan. */
    private static List<String> titles(CarePlan carePlan, List<AppliedProgramme> programmes) {
        Map<String, String> byUrl = programmes.stream()
                .collect(Collectors.toMap(
                        p -> p.programme().url(), p -> p.programme().title(), (one, again) -> one));
        return carePlan.getInstantiatesCanonical().stream()
                .map(CanonicalType::getValue)
                .map(url -> byUrl.getOrDefault(url, url))
                .toList();
    }
}
