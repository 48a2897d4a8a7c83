package io.github.throughcare.worklist;

import io.github.throughcare.fhir.FhirOperation;
import io.github.throughcare.fhir.OperationCall;
import io.github.throughcare.fhir.Problem;
import io.github.throughcare.fhir.Resources;
import io.github.throughcare.fhir.Visibility;
import java.time.Clock;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Encounter;
import org.hl7.fhir.r4.model.Flag;
import org.hl7.fhir.r4.model.Location;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Practitioner;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.Task;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.util.MultiValueMap;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** The worklist's pages: {@code /} and {@code /stay/{id}}. Nothing here changes anything, so nothing needs a script or a token. */
@RestController
final class WorklistPages {

    /** Until security is configured every caller sees everything, as in the REST interface. */
    private static final Visibility CALLER = Visibility.everything();

    private static final int CHOICES = 200;
    private static final String POLICY =
            "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
    private static final String OPEN = "draft,requested,received,accepted,ready,in-progress,on-hold";

    private final ObjectProvider<FhirOperation> operations;
    private final Resources resources;
    private final Words words;

    WorklistPages(
            ObjectProvider<FhirOperation> operations,
            Resources resources,
            @Qualifier("facilityZone") ZoneId zone,
            Clock clock) {
        this.operations = operations;
        this.resources = resources;
        this.words = new Words(zone, clock);
    }

    @GetMapping("/")
    ResponseEntity<String> list(@RequestParam MultiValueMap<String, String> query) {
        return answer(() -> {
            Filters filters = Filters.of(query);
            Bundle rows = (Bundle) call("Encounter-discharge-worklist", null, filters.parameters());
            return new ListPage(words, filters, locations(), practitioners()).write(rows);
        });
    }

    @GetMapping("/stay/{id}")
    ResponseEntity<String> stay(@PathVariable String id) {
        return answer(() -> {
            Encounter encounter = resources
                    .read(Encounter.class, id, CALLER)
                    .orElseThrow(() -> Problem.unknown("There is no Encounter/" + id + "."));
            String patient = encounter.getSubject().getReferenceElement().getIdPart();
            if (patient == null) {
                throw Problem.unknown("Encounter/" + id + " has no patient.");
            }
            String of = "patient=" + Words.encode(patient);
            return new StayPage(words)
                    .write(
                            encounter,
                            resources.read(Patient.class, patient, CALLER).orElse(null),
                            risk(id),
                            (Parameters) call("Encounter-discharge-delays", id, new Parameters()),
                            resources.search(Task.class, of + "&status=" + OPEN, CALLER),
                            resources.search(Flag.class, of, CALLER));
        });
    }

    /** The scores of the stay; null where it cannot be scored. */
    private @Nullable Parameters risk(String id) {
        try {
            return (Parameters) call("Encounter-readmission-risk", id, new Parameters());
        } catch (Problem p) {
            if (p.status() == 422) {
                return null;
            }
            throw p;
        }
    }

    private Resource call(String definition, @Nullable String id, Parameters in) {
        FhirOperation operation = operations.stream()
                .filter(o -> o.definition().equals(definition))
                .findFirst()
                .orElseThrow();
        return operation.run(new OperationCall("Encounter", id, in, CALLER));
    }

    /** Locations to choose from, reference to name; none when there are too many for a list. */
    private Map<String, String> locations() {
        return choices(
                Location.class,
                l -> l.hasName() ? l.getName() : l.getIdElement().getIdPart());
    }

    private Map<String, String> practitioners() {
        return choices(Practitioner.class, p -> {
            String name = p.getNameFirstRep().getNameAsSingleString();
            return name == null || name.isBlank() ? p.getIdElement().getIdPart() : name; // no name, no text: null
        });
    }

    private <T extends Resource> Map<String, String> choices(
            Class<T> type, java.util.function.Function<T, String> name) {
        Map<String, String> choices = new LinkedHashMap<>();
        if (resources.count(type, "", CALLER) > CHOICES) {
            return choices;
        }
        List<T> all = resources.search(type, "", CALLER);
        all.stream()
                .sorted(java.util.Comparator.comparing(name))
                .forEach(r -> choices.put(
                        type.getSimpleName() + "/" + r.getIdElement().getIdPart(), name.apply(r)));
        return choices;
    }

    private static ResponseEntity<String> answer(Supplier<String> page) {
        try {
            return html(200, page.get());
        } catch (Problem p) {
            Html html = Page.begin("Not possible");
            html.element("h1", "Not possible").element("p", p.getMessage());
            html.open("p").element("a", "Back to the worklist", "href", "/").close();
            return html(p.status(), Page.end(html));
        }
    }

    private static ResponseEntity<String> html(int status, String page) {
        return ResponseEntity.status(status)
                .contentType(new MediaType(MediaType.TEXT_HTML, java.nio.charset.StandardCharsets.UTF_8))
                .header("Content-Security-Policy", POLICY)
                .header("X-Content-Type-Options", "nosniff")
                .header("Referrer-Policy", "no-referrer")
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .body(page);
    }
}
