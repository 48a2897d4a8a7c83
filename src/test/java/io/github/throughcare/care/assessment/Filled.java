package io.github.throughcare.care.assessment;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.parser.IParser;
import io.github.throughcare.care.Ig;
import io.github.throughcare.care.ValueSetMembers;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.CodeType;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.Enumerations.AdministrativeGender;
import org.hl7.fhir.r4.model.MetadataResource;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Questionnaire;
import org.hl7.fhir.r4.model.QuestionnaireResponse;
import org.hl7.fhir.r4.model.QuestionnaireResponse.QuestionnaireResponseItemComponent;
import org.hl7.fhir.r4.model.QuestionnaireResponse.QuestionnaireResponseStatus;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.StringType;
import org.hl7.fhir.r4.model.Type;

/** A filled form of the guide, and its assessment. */
final class Filled {

    static final FhirContext CONTEXT = FhirContext.forR4Cached();
    static final Expressions EXPRESSIONS = new Expressions(CONTEXT);

    /** No stored value sets. */
    static final ValueSetMembers.Definitions NONE = new ValueSetMembers.Definitions() {
        @Override
        public <T extends MetadataResource> Optional<T> find(Class<T> type, String canonical) {
            return Optional.empty();
        }
    };

    private static final Map<String, Form> FORMS = new ConcurrentHashMap<>();
    private static final String LOINC = "http://loinc.org";

    final Form form;
    final QuestionnaireResponse response = new QuestionnaireResponse();
    private final Patient patient = new Patient();

    private Filled(Form form) {
        this.form = form;
        response.setQuestionnaire(form.questionnaire().getUrl());
        response.setStatus(QuestionnaireResponseStatus.COMPLETED);
        response.setSubject(new Reference("Patient/7"));
        response.setAuthor(new Reference("Practitioner/5"));
        response.setAuthoredElement(new DateTimeType("2026-11-02T10:30:00-05:00"));
        response.setId("r1");
        patient.setId("7");
    }

    /** Any form, e.g. one that a test made up. */
    static Filled of(Questionnaire questionnaire) {
        return new Filled(new FormReader(EXPRESSIONS, NONE).read(questionnaire));
    }

    /** A form of the guide, empty. */
    static Filled form(String id) {
        return new Filled(FORMS.computeIfAbsent(id, Filled::load));
    }

    private static Form load(String id) {
        try (InputStream in =
                Filled.class.getResourceAsStream("/ig/input/questionnaires/Questionnaire-" + id + ".json")) {
            IParser parser = CONTEXT.newJsonParser();
            Questionnaire questionnaire = parser.parseResource(Questionnaire.class, in);
            if (!questionnaire.getUrl().equals(Ig.questionnaire(id))) {
                throw new IllegalStateException(questionnaire.getUrl());
            }
            return new FormReader(EXPRESSIONS, NONE).read(questionnaire);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Answers the scored items in the form's order by their points; {@code -1} leaves one unanswered. */
    Filled points(int... points) {
        List<String> members = form.scores().get(0).members();
        for (int i = 0; i < points.length; i++) {
            if (points[i] >= 0) {
                BigDecimal wanted = BigDecimal.valueOf(points[i]);
                Form.Option option = form.items().get(members.get(i)).options().stream()
                        .filter(o -> wanted.compareTo(o.ordinal()) == 0)
                        .findFirst()
                        .orElseThrow();
                answer(members.get(i), option.value().copy());
            }
        }
        return this;
    }

    /** Chooses options of one item by their codes; what is no option is sent as a LOINC code. */
    Filled choose(String linkId, String... codes) {
        for (String code : codes) {
            List<Form.Option> options = form.items().get(linkId).options();
            answer(
                    linkId,
                    (options == null ? Stream.<Form.Option>empty() : options.stream())
                            .map(Form.Option::value)
                            .filter(v -> v instanceof Coding c && c.getCode().equals(code))
                            .map(Type::copy)
                            .findFirst()
                            .orElseGet(() -> new Coding(LOINC, code, null)));
        }
        return this;
    }

    Filled answer(String linkId, Type value) {
        QuestionnaireResponseItemComponent item = response.getItem().stream()
                .filter(i -> i.getLinkId().equals(linkId))
                .findFirst()
                .orElseGet(() -> response.addItem().setLinkId(linkId));
        item.addAnswer().setValue(value);
        return this;
    }

    /** Asked, and declined. */
    Filled decline(String linkId) {
        response.addItem().setLinkId(linkId).addExtension(AnswerSheet.ABSENT_EXTENSION, new CodeType("asked-declined"));
        return this;
    }

    Filled text(String linkId, String text) {
        return answer(linkId, new StringType(text));
    }

    Filled by(AdministrativeGender gender) {
        patient.setGender(gender);
        return this;
    }

    Assessment assess() {
        return Assessment.of(form, response, patient, EXPRESSIONS);
    }
}
