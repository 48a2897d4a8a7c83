package io.github.throughcare.care.assessment;

import static io.github.throughcare.care.assessment.Extensions.SDC;

import io.github.throughcare.care.ValueSetMembers;
import io.github.throughcare.fhir.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.hl7.fhir.instance.model.api.IBaseHasExtensions;
import org.hl7.fhir.r4.model.Base;
import org.hl7.fhir.r4.model.CodeType;
import org.hl7.fhir.r4.model.Expression;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.Questionnaire.QuestionnaireItemType;
import org.hl7.fhir.r4.model.QuestionnaireResponse.QuestionnaireResponseItemAnswerComponent;
import org.hl7.fhir.r4.model.QuestionnaireResponse.QuestionnaireResponseItemComponent;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.ResourceFactory;
import org.hl7.fhir.r4.model.ResourceType;
import org.hl7.fhir.r4.model.StructureDefinition;
import org.hl7.fhir.r4.model.Type;
import org.hl7.fhir.r4.model.UriType;
import org.jspecify.annotations.Nullable;

/**
 * Resources that a form describes element by element: {@code itemExtractionContext} (or its later name {@code definitionExtract}) says
 * which resource a form or group makes, {@code item.definition} ({@code url#Type.path}) which element an answer fills, and
 * {@code definitionExtractValue} what stands there whatever was answered.
 *
 * @see <a href="http://hl7.org/fhir/uv/sdc/extraction.html#definition-based-extraction">SDC, definition-based extraction</a>
 */
final class DefinitionExtraction {

    /**
     * What came out.
     *
     * @param update whether it is a stored resource, changed
     */
    record Extracted(Resource resource, boolean update) {}

    private final AnswerSheet sheet;
    private final Rules rules;
    private final ValueSetMembers.Definitions definitions;
    private final List<Extracted> extracted = new ArrayList<>();

    private DefinitionExtraction(AnswerSheet sheet, Rules rules, ValueSetMembers.Definitions definitions) {
        this.sheet = sheet;
        this.rules = rules;
        this.definitions = definitions;
    }

    /** @throws Problem 422 when the form names a resource or an element that there is not */
    static List<Extracted> of(AnswerSheet sheet, Rules rules, ValueSetMembers.Definitions definitions) {
        DefinitionExtraction extraction = new DefinitionExtraction(sheet, rules, definitions);
        List<Place> places = extraction.opened(sheet.form().questionnaire());
        extraction.fix(sheet.form().questionnaire(), places, sheet.response());
        extraction.visit(sheet.response().getItem(), places);
        return extraction.extracted.stream()
                .filter(e -> !e.resource().isEmpty())
                .toList();
    }

    private void visit(List<QuestionnaireResponseItemComponent> siblings, List<Place> around) {
        for (QuestionnaireResponseItemComponent one : siblings) {
            Form.Item item = sheet.form().items().get(one.getLinkId());
            List<Place> places = Stream.concat(around.stream(), opened(item.definition()).stream())
                    .toList();
            String path =
                    item.definition().hasDefinition() ? path(item.definition().getDefinition()) : null;
            if (path != null && item.definition().getType() == QuestionnaireItemType.GROUP) {
                places = places.stream()
                        .map(p -> p.isOf(path) ? p.within(path) : p)
                        .toList();
            } else if (path != null) {
                Place place = innermost(places, path);
                if (place != null) {
                    one.getAnswer().stream()
                            .filter(a -> a.hasValue() && AnswerSheet.absent(a).isEmpty())
                            .forEach(a -> place.set(path, a.getValue()));
                }
            }
            fix(item.definition(), places, one);
            visit(one.getItem(), places);
            for (QuestionnaireResponseItemAnswerComponent answer : one.getAnswer()) {
                visit(answer.getItem(), places);
            }
        }
    }

    private static @Nullable Place innermost(List<Place> places, String path) {
        return places.stream()
                .filter(p -> p.isOf(path))
                .reduce((outer, inner) -> inner)
                .orElse(null);
    }

    /** The resources that begin here. */
    private List<Place> opened(IBaseHasExtensions at) {
        List<Place> places = new ArrayList<>();
        Extensions.all(at, SDC + "itemExtractionContext").forEach(e -> places.add(opened(e.getValue())));
        Extensions.all(at, SDC + "definitionExtract")
                .flatMap(e -> Extensions.parts(e, "definition", UriType.class))
                .forEach(d -> places.add(opened(type(d))));
        return places;
    }

    private Place opened(Type context) {
        if (context instanceof CodeType code) {
            return opened(code.getValue());
        }
        if (context instanceof Expression expression && "text/fhirpath".equals(expression.getLanguage())) {
            Optional<Resource> stored = rules.evaluate(expression.getExpression(), sheet.response()).stream()
                    .filter(Resource.class::isInstance)
                    .map(Resource.class::cast)
                    .findFirst();
            if (stored.isPresent()) {
                Resource copy = stored.get().copy();
                extracted.add(new Extracted(copy, copy.hasId()));
                return new Place(copy, copy.hasId());
            }
        } else if (context instanceof Expression query
                && query.hasExpression()
                && !query.getExpression().contains("?")) {
            return opened(query.getExpression());
        }
        throw Problem.rule(
                "The form " + sheet.form().name()
                        + " cannot be extracted: its extraction context must be a resource type, or FHIRPath that gives a resource.",
                null);
    }

    private Place opened(String type) {
        if (Stream.of(ResourceType.values()).noneMatch(t -> t.name().equals(type))) {
            throw Problem.rule(
                    "The form " + sheet.form().name() + " cannot be extracted: there is no resource type " + type + ".",
                    null);
        }
        Resource resource = ResourceFactory.createResource(type);
        extracted.add(new Extracted(resource, false));
        return new Place(resource, false);
    }

    /** Of a core definition its last part; of a profile what the profile is about. */
    private String type(UriType definition) {
        String url = definition.getValue();
        String last = url.substring(url.lastIndexOf('/') + 1);
        return Stream.of(ResourceType.values()).anyMatch(t -> t.name().equals(last))
                ? last
                : definitions
                        .find(StructureDefinition.class, url)
                        .map(StructureDefinition::getType)
                        .orElse(last);
    }

    private void fix(IBaseHasExtensions at, List<Place> places, Base focus) {
        Extensions.all(at, SDC + "definitionExtractValue").forEach(e -> {
            String path = path(Extensions.part(e, "definition", Type.class)
                    .map(Type::primitiveValue)
                    .orElse(""));
            Place place = path == null ? null : innermost(places, path);
            if (place == null) {
                return;
            }
            values(e, focus).forEach(v -> place.set(path, v));
        });
    }

    private Stream<Type> values(Extension value, Base focus) {
        Optional<Type> fixed = Extensions.part(value, "fixed-value", Type.class);
        return fixed.isPresent()
                ? fixed.stream()
                : Extensions.parts(value, "expression", Expression.class)
                        .flatMap(x -> rules.evaluate(x.getExpression(), focus).stream())
                        .filter(Type.class::isInstance)
                        .map(Type.class::cast);
    }

    /** {@code Type.element...} of {@code url#Type.element...}, null without one. */
    private static @Nullable String path(String definition) {
        int hash = definition.indexOf('#');
        return hash < 0 ? null : definition.substring(hash + 1);
    }
}
