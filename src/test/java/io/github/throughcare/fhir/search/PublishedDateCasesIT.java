package io.github.throughcare.fhir.search;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.jpa.conformance.DateSearchTestCase;
import io.github.throughcare.ServerIT;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The tables of date searches that HAPI FHIR publishes (hapi-fhir-test-utilities, DateSearchTestCase.csv and -compact.csv). No row contradicts R4. */
class PublishedDateCasesIT extends ServerIT {

    @Test
    void published_cases_are_answered_as_published() {
        List<DateSearchTestCase> cases = new ArrayList<>(DateSearchTestCase.ourCases);
        cases.addAll(DateSearchTestCase.compactCases());
        Map<String, String> ids = new LinkedHashMap<>();
        TreeSet<String> wrong = new TreeSet<>();
        for (DateSearchTestCase c : cases) {
            Object[] row = c.toArguments().get();
            String published = String.valueOf(row[0]).trim();
            // R4 has no time without a zone; in a search it is taken in the facility's, which in winter is this
            String stored = published.matches(".*T[0-9:.]+") ? published + "-05:00" : published;
            String asked = String.valueOf(row[1]).trim();
            String id = ids.computeIfAbsent(
                    stored,
                    s -> create(
                            "Observation",
                            "{\"resourceType\":\"Observation\",\"status\":\"final\",\"code\":{\"text\":\"date\"},\"effectiveDateTime\":\""
                                    + s + "\"}"));
            int total = fhir().get("/Observation?_id=" + id + "&date=" + asked)
                    .then()
                    .statusCode(200)
                    .extract()
                    .path("total");
            if ((total == 1) != (Boolean) row[2]) {
                wrong.add(stored + ", " + asked + ": published " + row[2]);
            }
        }
        assertThat(cases).hasSizeGreaterThan(170);
        assertThat(wrong).isEmpty();
    }
}
