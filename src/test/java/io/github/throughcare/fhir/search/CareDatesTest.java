package io.github.throughcare.fhir.search;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.throughcare.fhir.index.Param;
import io.github.throughcare.fhir.index.ParamKind;
import io.github.throughcare.fhir.index.SearchParameters;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class CareDatesTest {

    /** Types of a patient's record that have a date parameter of R4, none of which says when care was. */
    private static final Set<String> WITHOUT = Set.of(
            "AllergyIntolerance",
            "Basic",
            "Consent",
            "Contract",
            "FamilyMemberHistory",
            "Patient",
            "Person",
            "RelatedPerson");

    private final SearchParameters parameters = SearchParameters.r4();

    @Test
    void each_type_of_a_record_with_a_date_is_decided() {
        Set<String> dated = parameters.types().stream()
                .filter(t -> parameters.of(t).stream()
                        .anyMatch(p -> p.givesMembership("Patient")
                                || p.kind() == ParamKind.REFERENCE
                                        && p.targets().contains("Patient")))
                .filter(t -> parameters.of(t).stream()
                        .anyMatch(p -> p.kind() == ParamKind.DATE && !p.code().startsWith("_")))
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> decided = new TreeSet<>(CareDates.table().keySet());
        decided.addAll(WITHOUT);
        assertThat(decided).isEqualTo(dated);
    }

    @Test
    void its_dates_are_date_parameters_of_the_type() {
        CareDates.table().forEach((type, when) -> {
            assertThat(when.dates()).isNotEmpty();
            assertThat(when.dates())
                    .allSatisfy(d -> assertThat(parameters.find(type, d).map(Param::kind))
                            .as(type + "." + d)
                            .contains(ParamKind.DATE));
            if (!when.goingOn().isEmpty()) {
                assertThat(parameters.find(type, "status")).as(type).isPresent();
            }
        });
    }
}
