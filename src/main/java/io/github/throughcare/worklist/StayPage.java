package io.github.throughcare.worklist;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import org.hl7.fhir.r4.model.BaseDateTimeType;
import org.hl7.fhir.r4.model.Encounter;
import org.hl7.fhir.r4.model.Flag;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Parameters.ParametersParameterComponent;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Quantity;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Task;
import org.hl7.fhir.r4.model.Type;
import org.jspecify.annotations.Nullable;

/** One stay: risk with every item and its evidence, tasks of the stay, and what else is open for the patient. */
record StayPage(Words words) {

    String write(
            Encounter stay,
            @Nullable Patient patient,
            @Nullable Parameters risk,
            Parameters delays,
            List<Task> tasks,
            List<Flag> flags) {
        String name = Words.name(patient);
        String id = stay.getIdElement().getIdPart();
        Html html = Page.begin(name);
        html.element("h1", name);
        html.open("dl");
        item(html, "Born", patient == null ? "" : words.time(new org.hl7.fhir.r4.model.DateTimeType(birth(patient))));
        item(html, "Status", stay.hasStatus() ? stay.getStatus().toCode() : "");
        item(html, "Admitted", words.time(stay.getPeriod().getStartElement()));
        item(html, "Nights so far", words.nightsSince(stay.getPeriod().getStartElement()));
        item(html, "Expected discharge", ListPage.expected(stay, words));
        item(
                html,
                "Location",
                stay.getLocation().stream()
                        .map(l -> Words.reference(l.getLocation()))
                        .collect(Collectors.joining(", ")));
        html.close();
        flags(html, flags);
        risk(html, risk);
        html.element("h2", "Tasks of this stay");
        tasks(
                html,
                "Open tasks of this stay",
                tasks.stream().filter(t -> isOf(t, id)).toList());
        html.element("h2", "Other overdue work for the patient");
        tasks(
                html,
                "Overdue tasks that belong to no stay or another one",
                tasks.stream()
                        .filter(t -> !isOf(t, id))
                        .filter(words::isOverdue)
                        .toList());
        delays(html, delays);
        html.open("p")
                .element("a", "The record (FHIR)", "href", "/fhir/Encounter/" + Words.encode(id))
                .close();
        return Page.end(html);
    }

    /** What the discharge waited for, and when it was expected. */
    private void delays(Html html, Parameters delays) {
        html.element("h2", "Delays of the discharge");
        delays.getParameter().stream()
                .filter(p -> p.getName().equals("avoidableDays"))
                .forEach(p ->
                        html.element("p", "Nights that passed while a barrier was open: " + text(p.getValue()) + "."));
        List<ParametersParameterComponent> expected = delays.getParameter().stream()
                .filter(p -> p.getName().equals("expected"))
                .toList();
        if (expected.isEmpty()) {
            return;
        }
        html.open("table").element("caption", "Expected discharge, as it was said at each time");
        Page.heads(html, "Said on", "Expected");
        html.open("tbody");
        expected.forEach(one -> {
            String date = time(one, "date");
            html.open("tr").element("td", time(one, "recorded"));
            html.element("td", date.isEmpty() ? "no longer on a date" : date).close();
        });
        html.close().close();
    }

    private String time(ParametersParameterComponent parent, String name) {
        return parent.getPart().stream()
                .filter(p -> p.getName().equals(name))
                .map(p -> words.time((BaseDateTimeType) p.getValue()))
                .findFirst()
                .orElse("");
    }

    private static @Nullable String birth(Patient patient) {
        return patient.hasBirthDate() ? patient.getBirthDateElement().getValueAsString() : null;
    }

    private static boolean isOf(Task task, String stay) {
        return stay.equals(task.getEncounter().getReferenceElement().getIdPart());
    }

    private static void item(Html html, String name, @Nullable String value) {
        html.element("dt", name).element("dd", value == null || value.isEmpty() ? "not said" : value);
    }

    private static void flags(Html html, List<Flag> flags) {
        List<Flag> active = flags.stream()
                .filter(f -> f.getStatus() == Flag.FlagStatus.ACTIVE)
                .toList();
        if (!active.isEmpty()) {
            html.open("ul", "class", "flags", "aria-label", "Flags");
            active.forEach(f -> html.element("li", Words.code(f.getCode()), "class", "flag"));
            html.close();
        }
    }

    private static void risk(Html html, @Nullable Parameters risk) {
        html.element("h2", "Risk of readmission");
        if (risk == null) {
            html.element("p", "This stay cannot be scored.");
            return;
        }
        risk.getParameter().stream().filter(p -> p.getName().equals("score")).forEach(score -> {
            String points = value(score, "points");
            html.open("table");
            html.element(
                    "caption",
                    value(score, "index") + ": "
                            + (points.isEmpty()
                                    ? value(score, "minPoints") + " to " + value(score, "maxPoints")
                                    : points)
                            + " points, " + value(score, "band"));
            Page.heads(html, "Item", "Value", "Points", "How it is known", "Evidence");
            html.open("tbody");
            score.getPart().stream()
                    .filter(p -> p.getName().equals("component"))
                    .forEach(component -> component(html, component));
            html.close().close();
        });
    }

    private static void component(Html html, ParametersParameterComponent component) {
        String points = value(component, "points");
        html.open("tr").element("th", value(component, "code"), "scope", "row");
        html.element("td", value(component, "value"));
        html.element(
                "td",
                points.isEmpty() ? value(component, "minPoints") + " to " + value(component, "maxPoints") : points,
                "class",
                "number");
        html.element("td", value(component, "status")).open("td");
        component.getPart().stream()
                .filter(p -> p.getName().equals("evidence") && p.getValue() instanceof Reference)
                .map(p -> ((Reference) p.getValue()).getReference())
                .forEach(reference -> html.element("a", reference, "href", "/fhir/" + path(reference))
                        .text(" "));
        html.close().close();
    }

    private static String path(String reference) {
        int slash = reference.indexOf('/');
        return slash < 0
                ? Words.encode(reference)
                : Words.encode(reference.substring(0, slash)) + "/" + Words.encode(reference.substring(slash + 1));
    }

    private static String value(ParametersParameterComponent parent, String name) {
        return parent.getPart().stream()
                .filter(p -> p.getName().equals(name))
                .map(ParametersParameterComponent::getValue)
                .map(StayPage::text)
                .findFirst()
                .orElse("");
    }

    private static String text(Type value) {
        return value instanceof Quantity q
                ? q.getValue().toPlainString() + " " + q.getUnit()
                : String.valueOf(value.primitiveValue());
    }

    private void tasks(Html html, String caption, List<Task> tasks) {
        if (tasks.isEmpty()) {
            html.element("p", "None.");
            return;
        }
        html.open("table").element("caption", caption);
        Page.heads(html, "Task", "Reason", "Due", "Status", "Owner");
        html.open("tbody");
        tasks.stream()
                .sorted(Comparator.comparing(
                        (Task t) -> t.getRestriction().getPeriod().getEnd(),
                        Comparator.nullsLast(Comparator.naturalOrder())))
                .forEach(task -> {
                    boolean overdue = words.isOverdue(task);
                    html.open("tr", "class", overdue ? "overdue" : null);
                    html.element("th", Words.code(task.getCode()), "scope", "row");
                    html.element("td", Words.code(task.getReasonCode()));
                    html.open("td")
                            .text(words.time(task.getRestriction().getPeriod().getEndElement()));
                    if (overdue) {
                        html.text(" ").element("strong", "overdue");
                    }
                    html.close();
                    html.element("td", task.hasStatus() ? task.getStatus().toCode() : "");
                    html.element("td", Words.reference(task.getOwner())).close();
                });
        html.close().close();
    }
}
