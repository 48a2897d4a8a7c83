package io.github.throughcare.care.assessment;

import io.github.throughcare.care.CareSettings;
import io.github.throughcare.fhir.FhirOperation;
import io.github.throughcare.fhir.OperationCall;
import io.github.throughcare.fhir.Problem;
import io.github.throughcare.fhir.Resources;
import io.github.throughcare.fhir.Visibility;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TimeZone;
import org.hl7.fhir.r4.model.Base;
import org.hl7.fhir.r4.model.BooleanType;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.Duration;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Parameters.ParametersParameterComponent;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.PrimitiveType;
import org.hl7.fhir.r4.model.Questionnaire;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.ResourceFactory;
import org.hl7.fhir.r4.model.ResourceType;
import org.hl7.fhir.r4.model.Type;
import org.hl7.fhir.r4.model.UriType;
import org.springframework.stereotype.Component;

/**
 * {@code Questionnaire/$populate}: a response in progress with what the record knows already; stores nothing.
 *
 * @see <a href="http://hl7.org/fhir/uv/sdc/OperationDefinition/Questionnaire-populate">SDC, Questionnaire populate</a>
 */
@Component
class PopulateOperation implements FhirOperation {

    private final Resources resources;
    private final Forms forms;
    private final Clock clock;
    private final CareSettings settings;

    PopulateOperation(Resources resources, Forms forms, Clock clock, CareSettings settings) {
        this.resources = resources;
        this.forms = forms;
        this.clock = clock;
        this.settings = settings;
    }

    @Override
    public String definition() {
        return "Questionnaire-populate";
    }

    @Override
    public Resource run(OperationCall call) {
        Form form = forms.ready(questionnaire(call));
        Reference subject = call.value("subject", Reference.class)
                .orElseThrow(() -> Problem.malformed("Parameter \"subject\" must be a Reference to a Patient.", null));
        String id = subject.getReferenceElement().getIdPart();
        Patient patient = Optional.ofNullable(id)
                .flatMap(i -> resources.read(Patient.class, i, call.visibility()))
                .orElseThrow(() -> Problem.unknown("There is no " + subject.getReference() + "."));
        boolean local = call.value("local", BooleanType.class)
                .map(PrimitiveType::getValue)
                .orElse(true);
        DateTimeType now = new DateTimeType(Date.from(clock.instant()));
        now.setTimeZone(TimeZone.getTimeZone(settings.zoneId()));
        Population population = new Population(
                form,
                patient,
                context(call),
                forms.expressions(),
                (code, period) -> local ? latest(patient, code, period, call.visibility()) : Optional.empty());
        Parameters out = new Parameters();
        out.addParameter().setName("response").setResource(population.response(now));
        return out;
    }

    /** What the caller opens the form with: resources as they are, references to stored ones read. */
    private Map<String, List<Base>> context(OperationCall call) {
        Map<String, List<Base>> context = new HashMap<>();
        for (ParametersParameterComponent given : call.in().getParameter()) {
            if (!"context".equals(given.getName()) && !"launchContext".equals(given.getName())) {
                continue;
            }
            String name = given.getPart().stream()
                    .filter(p -> "name".equals(p.getName()) && p.getValue() != null)
                    .map(p -> p.getValue().primitiveValue())
                    .findFirst()
                    .orElseThrow(() -> Problem.malformed("A context needs a part \"name\".", "Parameters.parameter"));
            given.getPart().stream()
                    .filter(p -> "content".equals(p.getName()))
                    .map(p -> p.getResource() != null ? p.getResource() : content(p.getValue(), call))
                    .forEach(c -> context.computeIfAbsent(name, n -> new ArrayList<>())
                            .add(c));
        }
        return context;
    }

    private Base content(Type value, OperationCall call) {
        if (!(value instanceof Reference reference)) {
            return value;
        }
        String type = String.valueOf(reference.getReferenceElement().getResourceType());
        String id = String.valueOf(reference.getReferenceElement().getIdPart());
        return Arrays.stream(ResourceType.values())
                .filter(t -> t.name().equals(type))
                .findFirst()
                .map(t -> ResourceFactory.createResource(type).getClass())
                .flatMap(c -> resources.read(c, id, call.visibility()))
                .map(Base.class::cast)
                .orElseThrow(() -> Problem.unknown("There is no " + reference.getReference() + "."));
    }

    private Questionnaire questionnaire(OperationCall call) {
        if (call.id() != null) {
            return resources
                    .read(Questionnaire.class, call.id(), call.visibility())
                    .orElseThrow(() -> Problem.unknown("There is no Questionnaire/" + call.id() + "."));
        }
        return call.resource("questionnaire", Questionnaire.class)
                .or(() -> call.value("canonical", UriType.class)
                        .flatMap(u -> forms.find(Questionnaire.class, u.getValue())))
                .or(() -> call.value("questionnaireRef", Reference.class)
                        .flatMap(r -> resources.read(
                                Questionnaire.class, r.getReferenceElement().getIdPart(), call.visibility())))
                .orElseThrow(
                        () -> Problem.unknown(
                                "There is no such form; call it on a stored Questionnaire, or give one of canonical, questionnaire, questionnaireRef."));
    }

    private Optional<Type> latest(Patient patient, List<Coding> codes, Duration period, Visibility visibility) {
        ZonedDateTime now = clock.instant().atZone(settings.zoneId());
        long many = period.getValue().longValue();
        LocalDate from = switch (String.valueOf(period.getCode())) {
            case "a" -> now.minusYears(many).toLocalDate();
            case "mo" -> now.minusMonths(many).toLocalDate();
            case "wk" -> now.minusWeeks(many).toLocalDate();
            case "h" -> now.minusHours(many).toLocalDate();
            default -> now.minusDays(many).toLocalDate();
        };
        String tokens = String.join(
                ",",
                codes.stream()
                        .map(c -> KnownResources.token(c.getSystem(), c.getCode()))
                        .toList());
        return resources
                .search(
                        Observation.class,
                        "patient=" + patient.getIdPart() + "&code=" + tokens + "&date=ge" + from
                                + "&status=final,amended,corrected&_sort=-date",
                        visibility)
                .stream()
                .filter(Observation::hasValue)
                .map(Observation::getValue)
                .findFirst();
    }
}
