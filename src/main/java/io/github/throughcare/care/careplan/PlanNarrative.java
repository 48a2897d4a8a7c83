package io.github.throughcare.care.careplan;

import java.util.List;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Goal;
import org.hl7.fhir.r4.model.Narrative;
import org.hl7.fhir.r4.model.Narrative.NarrativeStatus;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.ServiceRequest;
import org.hl7.fhir.r4.model.Task;
import org.hl7.fhir.utilities.xhtml.NodeType;
import org.hl7.fhir.utilities.xhtml.XhtmlNode;

/** The plan in plain words: US Core demands a narrative of every CarePlan (us-core-careplan, text.status and text.div). */
final class PlanNarrative {

    private PlanNarrative() {}

    static Narrative of(List<String> programmes, List<Resource> parts) {
        XhtmlNode div = new XhtmlNode(NodeType.Element, "div");
        div.addTag("p").addText("Programmes: " + String.join(", ", programmes));
        XhtmlNode goals = div.addTag("ul");
        for (Resource part : parts) {
            if (part instanceof Goal goal) {
                goals.addTag("li").addText("Goal: " + text(goal.getDescription()));
            }
        }
        XhtmlNode activities = div.addTag("ul");
        for (Resource part : parts) {
            if (part instanceof ServiceRequest service) {
                activities.addTag("li").addText("Service: " + text(service.getCode()));
            } else if (part instanceof Task task) {
                activities
                        .addTag("li")
                        .addText("Task: " + (task.hasDescription() ? task.getDescription() : text(task.getCode())));
            }
        }
        Narrative narrative = new Narrative().setStatus(NarrativeStatus.GENERATED);
        narrative.setDiv(div);
        return narrative;
    }

    /** A goal or activity in a few words. */
    static String label(Resource part) {
        if (part instanceof Goal goal) {
            return "goal '" + text(goal.getDescription()) + "'";
        }
        if (part instanceof ServiceRequest service) {
            return text(service.getCode());
        }
        return part instanceof Task task
                ? task.hasDescription() ? task.getDescription() : text(task.getCode())
                : PlanChanges.address(part);
    }

    private static String text(CodeableConcept concept) {
        if (concept.hasText()) {
            return concept.getText();
        }
        return concept.getCodingFirstRep().hasDisplay()
                ? concept.getCodingFirstRep().getDisplay()
                : String.valueOf(concept.getCodingFirstRep().getCode());
    }
}
