package io.github.throughcare.care.assessment;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.throughcare.care.assessment.Assessment.Draft;
import io.github.throughcare.care.assessment.Assessment.Known;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Condition;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Quantity;
import org.hl7.fhir.r4.model.Questionnaire.QuestionnaireItemType;
import org.hl7.fhir.r4.model.QuestionnaireResponse;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.StringType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The rules of US Core's profiles that apply to what an assessment stores, on every form of the guide, full and with a gap.
 *
 * @see <a href="http://hl7.org/fhir/us/core/StructureDefinition/us-core-observation-screening-assessment">US Core Observation
 *     Screening Assessment</a>
 * @see <a href="http://hl7.org/fhir/us/core/StructureDefinition/us-core-condition-problems-health-concerns">US Core Condition
 *     Problems and Health Concerns</a>
 * @see <a href="http://hl7.org/fhir/us/core/StructureDefinition/us-core-questionnaireresponse">US Core QuestionnaireResponse</a>
 */
class UsCoreScreeningTest {

    private static final Set<String> PERFORMERS =
            Set.of("Practitioner", "PractitionerRole", "Organization", "CareTeam", "Patient", "RelatedPerson");
    private static final Set<String> MEMBERS = Set.of("Observation", "QuestionnaireResponse", "MolecularSequence");

    static List<String> forms() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("ig/input/questionnaires"))) {
            return files.map(f -> f.getFileName().toString())
                    .map(n -> n.substring("Questionnaire-".length(), n.length() - ".json".length()))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("forms")
    void what_is_stored_keeps_the_rules(String form) {
        for (boolean last : new boolean[] {false, true}) {
            check(answered(form, last, 0));
            check(answered(form, last, 1));
        }
    }

    private static void check(List<Draft> drafts) {
        List<String> ids = drafts.stream()
                .map(d -> d.after().fhirType() + "/" + d.after().getIdPart())
                .toList();
        assertThat(ids).doesNotHaveDuplicates();
        of(Observation.class, drafts).forEach(o -> observation(o, ids));
        assertThat(of(Observation.class, drafts)).isNotEmpty();
        of(Condition.class, drafts).forEach(UsCoreScreeningTest::condition);
        of(QuestionnaireResponse.class, drafts).forEach(r -> {
            assertThat(r.getQuestionnaire()).isNotBlank();
            assertThat(r.hasStatus() && r.hasSubject() && r.hasAuthored()).isTrue();
        });
    }

    private static void observation(Observation o, List<String> ids) {
        assertThat(o.hasStatus()).isTrue();
        assertThat(o.getCategory())
                .anyMatch(c -> c.hasCoding("http://terminology.hl7.org/CodeSystem/observation-category", "survey"));
        assertThat(o.getCode().getCodingFirstRep().hasSystem()).isTrue();
        assertThat(o.getSubject().getReference()).startsWith("Patient/");
        assertThat(o.hasEffectiveDateTimeType()).isTrue();
        assertThat(o.getPerformer())
                .allMatch(p -> PERFORMERS.contains(p.getReferenceElement().getResourceType()));
        // us-core-2: no value, no component, no member: then a reason; obs-6: a reason only without a value
        assertThat(o.hasValue() || o.hasDataAbsentReason() || o.hasHasMember() || o.hasComponent())
                .isTrue();
        assertThat(o.hasValue() && o.hasDataAbsentReason()).isFalse();
        assertThat(o.getHasMember()).allMatch(m -> ids.contains(m.getReference()));
        assertThat(o.getDerivedFrom())
                .isNotEmpty()
                .allMatch(d -> MEMBERS.contains(d.getReferenceElement().getResourceType()))
                .allMatch(d -> ids.contains(d.getReference()));
        if (o.getValue() instanceof Quantity quantity) {
            // us-core-3: coded quantities are UCUM
            assertThat(quantity.getSystem()).isEqualTo("http://unitsofmeasure.org");
            assertThat(quantity.getCode()).isNotBlank();
        }
        if (o.getValue() instanceof CodeableConcept concept) {
            assertThat(concept.hasText() || concept.hasCoding()).isTrue();
        }
    }

    private static void condition(Condition c) {
        // con-3, con-5 and us-core-1 of the profile
        assertThat(c.getClinicalStatus()
                        .hasCoding("http://terminology.hl7.org/CodeSystem/condition-clinical", "active"))
                .isTrue();
        assertThat(c.getVerificationStatus().getCoding())
                .extracting(Coding::getCode)
                .containsExactly("unconfirmed");
        assertThat(c.getCategory())
                .anyMatch(k ->
                        k.hasCoding("http://hl7.org/fhir/us/core/CodeSystem/condition-category", "health-concern"));
        assertThat(c.getCode().hasCoding()).isTrue();
        assertThat(c.getSubject().getReference()).startsWith("Patient/");
        assertThat(c.hasRecordedDate()).isTrue();
    }

    /** Every choice by its first or last option, beginning with the question of that number. */
    private static List<Draft> answered(String id, boolean last, int from) {
        Filled filled = Filled.form(id);
        int number = 0;
        for (Form.Item item : filled.form.items().values()) {
            List<Form.Option> options = item.options();
            boolean asked = !item.definition().hasEnableWhen();
            if (options != null && asked && number++ >= from) {
                filled.answer(
                        item.linkId(),
                        options.get(last ? options.size() - 1 : 0).value().copy());
            } else if (item.definition().getRequired() && item.definition().getType() == QuestionnaireItemType.TEXT) {
                filled.answer(item.linkId(), new StringType("text"));
            }
        }
        return filled.assess().drafts(Known.NOTHING, Instant.parse("2026-11-02T16:00:00Z"), ZoneId.of("UTC"));
    }

    private static <T extends Resource> List<T> of(Class<T> type, List<Draft> drafts) {
        return drafts.stream()
                .map(Draft::after)
                .filter(type::isInstance)
                .map(type::cast)
                .toList();
    }
}
