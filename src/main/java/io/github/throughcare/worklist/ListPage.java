package io.github.throughcare.worklist;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.Encounter;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.Flag;
import org.hl7.fhir.r4.model.IntegerType;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.RiskAssessment;
import org.hl7.fhir.r4.model.Task;
import org.jspecify.annotations.Nullable;

/**
 * The worklist as a table, a row a stay.
 *
 * @param locations reference to name, to choose from; empty when there are too many
 */
record ListPage(Words words, Filters filters, Map<String, String> locations, Map<String, String> practitioners) {

    static final String EXPECTED = "http://hl7.org/fhir/5.0/StructureDefinition/extension-Encounter.plannedEndDate";
    private static final String RISK_SCORE = "https://throughcare.github.io/ig/StructureDefinition/risk-score";
    private static final Map<String, String> BANDS = bands();

    private static Map<String, String> bands() {
        Map<String, String> bands = new java.util.LinkedHashMap<>();
        for (String band : List.of("high", "likely", "uncertain", "moderate", "intermediate", "low", "unlikely")) {
            bands.put(band, band);
        }
        return bands;
    }

    /** What belongs to a stay or a patient, by {@code Type/id}. */
    private static final class Around {
        final Map<String, Patient> patients = new HashMap<>();
        final Map<String, List<Task>> tasks = new HashMap<>();
        final Map<String, List<RiskAssessment>> risks = new HashMap<>();
        final Map<String, List<Flag>> flags = new HashMap<>();

        void add(Resource resource) {
            if (resource instanceof Patient p) {
                patients.put("Patient/" + p.getIdElement().getIdPart(), p);
            } else if (resource instanceof Task t) {
                String key = t.getEncounter().hasReference()
                        ? t.getEncounter().getReference()
                        : t.getFor().getReference();
                tasks.computeIfAbsent(String.valueOf(key), k -> new ArrayList<>())
                        .add(t);
            } else if (resource instanceof RiskAssessment r) {
                risks.computeIfAbsent(String.valueOf(r.getEncounter().getReference()), k -> new ArrayList<>())
                        .add(r);
            } else if (resource instanceof Flag f) {
                flags.computeIfAbsent(String.valueOf(f.getSubject().getReference()), k -> new ArrayList<>())
                        .add(f);
            }
        }

        List<Task> work(Encounter stay) {
            List<Task> work = new ArrayList<>(tasks.getOrDefault(reference(stay), List.of()));
            work.addAll(tasks.getOrDefault(String.valueOf(stay.getSubject().getReference()), List.of()));
            return work;
        }
    }

    private static String reference(Encounter stay) {
        return "Encounter/" + stay.getIdElement().getIdPart();
    }

    String write(Bundle list) {
        Around around = new Around();
        list.getEntry().forEach(e -> around.add(e.getResource()));
        Html html = Page.begin("Discharge worklist");
        html.element("h1", "Discharge worklist");
        form(html);
        List<Encounter> stays = list.getEntry().stream()
                .map(BundleEntryComponent::getResource)
                .filter(Encounter.class::isInstance)
                .map(Encounter.class::cast)
                .toList();
        html.element("p", list.getTotal() + (list.getTotal() == 1 ? " stay" : " stays"), "role", "status");
        if (!stays.isEmpty()) {
            table(html, stays, around);
        }
        String next = next(list);
        if (next != null || !filters.cursor().isEmpty()) {
            html.open("nav", "aria-label", "Pages");
            if (!filters.cursor().isEmpty()) {
                html.element("a", "First page", "href", filters.at("")).text(" ");
            }
            if (next != null) {
                html.element("a", "Next page", "href", filters.at(next), "rel", "next");
            }
            html.close();
        }
        return Page.end(html);
    }

    private static @Nullable String next(Bundle list) {
        if (list.getLink("next") == null) {
            return null;
        }
        String url = list.getLink("next").getUrl();
        return url.substring(url.indexOf("_cursor=") + "_cursor=".length());
    }

    private void form(Html html) {
        html.open("form", "method", "get", "action", "/").open("fieldset").element("legend", "Show only");
        choice(html, "location", "Location", filters.location(), locations);
        choice(html, "planner", "Planner", filters.planner(), practitioners);
        choice(html, "risk", "Risk band", filters.risk(), BANDS);
        input(html, "from", "Expected from", "date", filters.from());
        input(html, "until", "Expected until", "date", filters.until());
        html.open("label");
        html.open(
                "input",
                "type",
                "checkbox",
                "name",
                "unassigned",
                "value",
                "true",
                "checked",
                filters.unassigned() ? "" : null);
        html.text(" Unassigned").close();
        html.element("button", "Show", "type", "submit").text(" ");
        html.element("a", "Show all", "href", "/").close().close();
    }

    private static void choice(Html html, String name, String label, String chosen, Map<String, String> all) {
        if (all.isEmpty()) {
            input(html, name, label + " (reference)", "text", chosen);
            return;
        }
        html.open("label").text(label + " ").open("select", "name", name);
        html.element("option", "All", "value", "", "selected", chosen.isEmpty() ? "" : null);
        Map<String, String> shown = new java.util.LinkedHashMap<>(all);
        if (!chosen.isEmpty()) {
            shown.putIfAbsent(chosen, chosen);
        }
        shown.forEach((value, text) ->
                html.element("option", text, "value", value, "selected", value.equals(chosen) ? "" : null));
        html.close().close();
    }

    private static void input(Html html, String name, String label, String type, String value) {
        html.open("label")
                .text(label + " ")
                .open("input", "type", type, "name", name, "value", value.isEmpty() ? null : value)
                .close();
    }

    private void table(Html html, List<Encounter> stays, Around around) {
        html.open("table").element("caption", "Current stays, overdue work first");
        Page.heads(
                html,
                "Patient",
                "Location",
                "Admitted",
                "Nights",
                "Expected discharge",
                "Risk",
                "Open work",
                "Planner");
        html.open("tbody");
        stays.forEach(stay -> row(html, stay, around));
        html.close().close();
    }

    private void row(Html html, Encounter stay, Around around) {
        String subject = String.valueOf(stay.getSubject().getReference());
        List<Task> work = around.work(stay);
        long overdue = work.stream().filter(words::isOverdue).count();
        html.open("tr", "class", overdue > 0 ? "overdue" : null).open("th", "scope", "row");
        html.element(
                "a",
                Words.name(around.patients.get(subject)),
                "href",
                "/stay/" + Words.encode(stay.getIdElement().getIdPart()));
        around.flags
                .getOrDefault(subject, List.of())
                .forEach(f -> html.text(" ").element("span", Words.code(f.getCode()), "class", "flag"));
        html.close();
        html.element("td", location(stay));
        html.element("td", words.time(stay.getPeriod().getStartElement()));
        html.element("td", words.nightsSince(stay.getPeriod().getStartElement()), "class", "number");
        html.element("td", expected(stay, words));
        html.element("td", risk(around.risks.getOrDefault(reference(stay), List.of())));
        html.open("td");
        if (overdue > 0) {
            html.element("strong", overdue + " overdue").text(" of ");
        }
        html.text(work.size() + " open");
        String barriers = work.stream()
                .filter(ListPage::isBarrier)
                .map(t -> Words.code(t.getReasonCode()))
                .filter(t -> !t.isEmpty())
                .distinct()
                .sorted()
                .collect(Collectors.joining(", "));
        if (!barriers.isEmpty()) {
            html.text("; waits for: " + barriers);
        }
        html.close();
        html.element(
                "td",
                stay.getParticipant().stream()
                        .map(p -> practitioners.getOrDefault(
                                String.valueOf(p.getIndividual().getReference()), Words.reference(p.getIndividual())))
                        .filter(t -> !t.isEmpty())
                        .collect(Collectors.joining(", ")));
        html.close();
    }

    /** Something that keeps the patient in hospital. */
    private static boolean isBarrier(Task task) {
        return task.getCode().getCoding().stream().anyMatch(c -> "discharge-barrier".equals(c.getCode()));
    }

    private String location(Encounter stay) {
        return stay.getLocation().stream()
                .filter(l -> !l.getPeriod().hasEnd() && l.getStatus() != Encounter.EncounterLocationStatus.COMPLETED)
                .map(l -> locations.getOrDefault(
                        String.valueOf(l.getLocation().getReference()), Words.reference(l.getLocation())))
                .collect(Collectors.joining(", "));
    }

    static String expected(Encounter stay, Words words) {
        return stay.getExtensionsByUrl(EXPECTED).stream()
                .map(Extension::getValue)
                .filter(DateTimeType.class::isInstance)
                .map(time -> words.time((DateTimeType) time))
                .findFirst()
                .orElse("not said");
    }

    /** Each index with its points, or what they lie between, and its band. */
    private static String risk(List<RiskAssessment> risks) {
        return risks.isEmpty()
                ? "not assessed"
                : risks.stream()
                        .map(r -> r.getMethod().getCodingFirstRep().getCode() + " " + points(r)
                                + Words.code(r.getPredictionFirstRep().getQualitativeRisk()))
                        .sorted(java.util.Comparator.comparing(t -> t.startsWith("lace") ? 0 : 1))
                        .collect(Collectors.joining("; "));
    }

    private static String points(RiskAssessment risk) {
        List<Extension> scores = risk.getPredictionFirstRep().getExtensionsByUrl(RISK_SCORE);
        if (scores.isEmpty()) {
            return "";
        }
        Extension score = scores.get(0);
        String least = number(score, "minPoints");
        String most = number(score, "maxPoints");
        return least.equals(most) ? least + " " : least + "-" + most + " ";
    }

    private static String number(Extension score, String name) {
        return score.getExtensionsByUrl(name).stream()
                .map(Extension::getValue)
                .filter(IntegerType.class::isInstance)
                .map(points -> String.valueOf(points.primitiveValue()))
                .findFirst()
                .orElse("?");
    }
}
