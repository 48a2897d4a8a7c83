package io.github.throughcare.care.outreach;

import io.github.throughcare.care.DerivedIds;
import io.github.throughcare.care.FacilityTime;
import io.github.throughcare.care.Ig;
import io.github.throughcare.care.OpenTasks;
import io.github.throughcare.care.RiskBand;
import io.github.throughcare.care.Tokens;
import io.github.throughcare.care.outreach.CaseFinder.Reason;
import io.github.throughcare.fhir.FhirOperation;
import io.github.throughcare.fhir.OperationCall;
import io.github.throughcare.fhir.Problem;
import io.github.throughcare.fhir.Resources;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.hl7.fhir.r4.model.BooleanType;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleType;
import org.hl7.fhir.r4.model.Bundle.HTTPVerb;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Group;
import org.hl7.fhir.r4.model.Group.GroupMemberComponent;
import org.hl7.fhir.r4.model.Group.GroupType;
import org.hl7.fhir.r4.model.Quantity;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.Task;
import org.hl7.fhir.r4.model.Task.TaskIntent;
import org.hl7.fhir.r4.model.Task.TaskStatus;
import org.hl7.fhir.r4.model.Type;
import org.springframework.stereotype.Component;

/**
 * {@code Group/$find-cases}: people who may need case management, with the reasons. With {@code save} the Group is stored; with
 * {@code outreach} each member gets a Task to be asked, once: somebody whom an outreach Task waits for already gets no other, and somebody who
 * refused gets none before the day they named ({@link OutreachRule}).
 */
@Component
final class FindCasesOperation implements FhirOperation {

    private static final int ATTEMPTS = 3;

    private final CaseFinder finder;
    private final Resources resources;
    private final FacilityTime time;

    FindCasesOperation(CaseFinder finder, Resources resources, FacilityTime time) {
        this.finder = finder;
        this.resources = resources;
        this.time = time;
    }

    @Override
    public String definition() {
        return "Group-find-cases";
    }

    @Override
    public Resource run(OperationCall call) {
        CaseCriteria criteria = CaseCriteria.of(call);
        if (criteria.risk() != null) {
            RiskBand.check(criteria.risk(), resources, call.visibility());
        }
        for (int attempt = 1; ; attempt++) {
            try {
                return run(criteria, call);
            } catch (Problem p) {
                if (p.status() != 422 || attempt == ATTEMPTS) {
                    throw p; // somebody refused meanwhile: look again
                }
            }
        }
    }

    private Resource run(CaseCriteria criteria, OperationCall call) {
        Map<String, List<Reason>> found = finder.find(criteria, call.visibility());
        Map<String, LocalDate> refused = finder.refusals(found.keySet(), call.visibility());
        refused.forEach((patient, until) ->
                found.get(patient).add(new Reason("refused", "Refused, and is not to be asked again before " + until)));
        Group group = group(criteria, found);
        boolean outreach = call.flag("outreach");
        if (!call.flag("save") && !outreach) {
            return group;
        }
        Bundle transaction = new Bundle().setType(BundleType.TRANSACTION);
        transaction
                .addEntry()
                .setResource(group)
                .getRequest()
                .setMethod(HTTPVerb.POST)
                .setUrl("Group");
        if (outreach) {
            found.forEach((patient, reasons) -> {
                if (!refused.containsKey(patient)) {
                    ask(patient, reasons, transaction);
                }
            });
        }
        return resources
                .commit(transaction, call.visibility())
                .getEntry()
                .get(0)
                .getResource();
    }

    private Group group(CaseCriteria criteria, Map<String, List<Reason>> found) {
        Group group = new Group();
        group.setType(GroupType.PERSON).setActual(true).setActive(true);
        group.setCode(coded("group-kind", "case-finding", "Case finding"));
        group.setName("Case finding " + time.today());
        criteria.conditions().forEach(c -> characteristic(group, "condition", new CodeableConcept().setText(c), false));
        criteria.needs().forEach(n -> characteristic(group, "need", new CodeableConcept().setText(n), false));
        if (criteria.risk() != null) {
            characteristic(group, "risk", new CodeableConcept().setText(criteria.risk()), false);
        }
        if (criteria.minAdmissions() != null) {
            characteristic(
                    group,
                    "admissions",
                    new Quantity()
                            .setValue(criteria.minAdmissions())
                            .setComparator(Quantity.QuantityComparator.GREATER_OR_EQUAL),
                    false);
        }
        if (criteria.withoutActiveCase()) {
            characteristic(group, "without-active-case", new BooleanType(true), false);
        }
        found.forEach((patient, reasons) -> {
            GroupMemberComponent member = group.addMember().setEntity(new Reference("Patient/" + patient));
            reasons.forEach(r -> member.addExtension(
                    Ig.extension("match-reason"),
                    coded("match-reason", r.code(), null).setText(r.text())));
        });
        group.setQuantity(found.size());
        return group;
    }

    private static void characteristic(Group group, String code, Type value, boolean exclude) {
        group.addCharacteristic()
                .setCode(coded("match-reason", code, null))
                .setValue(value)
                .setExclude(exclude);
    }

    private static CodeableConcept coded(
            String system, String code, @org.jspecify.annotations.Nullable String display) {
        return new CodeableConcept(
                new Coding().setSystem(Ig.codeSystem(system)).setCode(code).setDisplay(display));
    }

    /** The Task is created unless one is open: its identifier is the person's, and it is given up when the Task has ended. */
    private void ask(String patient, List<Reason> reasons, Bundle transaction) {
        Task task = new Task();
        task.setStatus(TaskStatus.REQUESTED).setIntent(TaskIntent.ORDER);
        task.setCode(coded("task-kind", OutreachLife.KIND, "Outreach"));
        task.setFor(new Reference("Patient/" + patient));
        task.setAuthoredOnElement(time.stamp());
        task.setDescription("Ask whether the person wants case management: "
                + String.join("; ", reasons.stream().map(Reason::text).toList()));
        task.addIdentifier().setSystem(Ig.BASE + "/NamingSystem/outreach").setValue(DerivedIds.of("outreach", patient));
        transaction
                .addEntry()
                .setResource(task)
                .getRequest()
                .setMethod(HTTPVerb.POST)
                .setUrl("Task")
                .setIfNoneExist("identifier="
                        + Tokens.of(Ig.BASE + "/NamingSystem/outreach", DerivedIds.of("outreach", patient))
                        + "&status=" + OpenTasks.STATUSES);
    }
}
