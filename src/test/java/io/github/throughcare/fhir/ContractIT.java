package io.github.throughcare.fhir;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.throughcare.ServerIT;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.hl7.fhir.r4.model.Condition;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.junit.jupiter.api.Test;

/** The store keeps the contract that the fake of the unit tests keeps. */
class ContractIT extends ServerIT implements ResourcesContract {

    @Override
    public Resources resources() {
        return bean(Resources.class);
    }

    /** What is asked together comes whole, however little a page holds. */
    @Test
    void what_is_asked_together_goes_on_after_its_first_pages() {
        String patient = UUID.randomUUID().toString();
        List<Resource> all = new ArrayList<>();
        all.add(new Patient().setId(patient));
        for (int i = 0; i < 5; i++) {
            Condition condition = new Condition().setSubject(new Reference("Patient/" + patient));
            condition.setId(UUID.randomUUID().toString());
            all.add(condition);
        }
        resources().put(all, ALL);
        Map<Class<? extends Resource>, List<String>> queries = new LinkedHashMap<>();
        String his = "patient=" + patient;
        queries.put(Condition.class, List.of(his + "&_count=2", his + "&_count=1", his + "&_count=5"));
        queries.put(Patient.class, List.of("_id=" + patient + "&_count=1", "_id=" + patient));
        var found = resources().searchTogether(queries, ALL);
        assertThat(found.get(Condition.class))
                .extracting(c -> c.getIdElement().getIdPart())
                .containsExactlyInAnyOrderElementsOf(all.stream()
                        .skip(1)
                        .map(c -> c.getIdElement().getIdPart())
                        .toList());
        assertThat(found.get(Patient.class)).hasSize(1);
    }

    /** Who asks for some elements gets those, and more only where it costs nothing. */
    @Test
    void a_search_for_some_elements_brings_no_others() {
        Patient patient = new Patient().setActive(true);
        patient.setId(UUID.randomUUID().toString());
        patient.addName().setFamily("Long");
        resources().put(List.of(patient), ALL);
        String his = "_id=" + patient.getIdPart();
        Patient part = resources()
                .search(Patient.class, his + "&_elements=active", ALL)
                .get(0);
        assertThat(part.getActive()).isTrue();
        assertThat(part.hasName()).isFalse();
        assertThat(part.getIdElement().getIdPart()).isEqualTo(patient.getIdPart());
        assertThat(part.getMeta().getVersionId()).isEqualTo("1");
        assertThat(resources().search(Patient.class, his, ALL).get(0).hasName()).isTrue();
        assertThat(resources()
                        .searchAny(Patient.class, List.of(his + "&_elements=active", his), ALL)
                        .get(0)
                        .hasName())
                .isTrue();
    }
}
