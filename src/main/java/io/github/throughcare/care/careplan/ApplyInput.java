package io.github.throughcare.care.careplan;

import io.github.throughcare.fhir.OperationCall;
import io.github.throughcare.fhir.Problem;
import io.github.throughcare.fhir.Resources;
import java.util.List;
import java.util.Optional;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.MetadataResource;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.PrimitiveType;
import org.jspecify.annotations.Nullable;

/** What the {@code $apply} operations have in common: which definition, about whom. */
record ApplyInput(Resources resources, OperationCall call) {

    /** The definition by id, as a resource in the parameter, or by its canonical url (and version). */
    <T extends MetadataResource> T definition(Class<T> type, String parameter) {
        if (call.id() != null) {
            return resources
                    .read(type, call.id(), call.visibility())
                    .orElseThrow(() -> Problem.unknown("There is no " + type.getSimpleName() + "/" + call.id()));
        }
        String url = Optional.ofNullable(text("canonical")).orElse(text("url"));
        if (url != null) {
            String canonical = text("version") == null || url.contains("|") ? url : url + "|" + text("version");
            return resources
                    .definition(type, canonical)
                    .orElseThrow(() -> Problem.unknown("There is no " + type.getSimpleName() + " " + canonical));
        }
        return call.resource(parameter, type)
                .orElseThrow(() -> Problem.malformed(
                        "Give a " + parameter + " or its url, or call " + type.getSimpleName() + "/[id]/$apply",
                        "Parameters.parameter"));
    }

    Patient patient() {
        List<String> subjects = call.in().getParameter().stream()
                .filter(p -> p.getName().equals("subject") && p.getValue() instanceof PrimitiveType<?>)
                .map(p -> p.getValue().primitiveValue())
                .distinct()
                .toList();
        String id = subjects.size() == 1 ? subjects.get(0).replaceFirst("^Patient/", "") : "";
        if (id.isEmpty() || id.contains("/")) {
            throw Problem.malformed("subject must name one patient: Patient/[id]", "Parameters.parameter");
        }
        return resources
                .read(Patient.class, id, call.visibility())
                .orElseThrow(() -> Problem.unknown("There is no Patient/" + id));
    }

    ApplyContext context() {
        return new ApplyContext(
                text("encounter"),
                text("practitioner"),
                text("organization"),
                concept("userType"),
                concept("userLanguage"),
                concept("userTaskContext"),
                concept("setting"),
                concept("settingContext"));
    }

    private @Nullable CodeableConcept concept(String name) {
        return call.value(name, CodeableConcept.class).orElse(null);
    }

    private @Nullable String text(String name) {
        return call.in().getParameter().stream()
                .filter(p -> p.getName().equals(name))
                .filter(p -> p.getValue() instanceof PrimitiveType<?>)
                .map(p -> p.getValue().primitiveValue())
                .findFirst()
                .orElse(null);
    }
}
