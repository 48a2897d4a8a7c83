package io.github.throughcare.fhir;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.RuntimeSearchParam;
import ca.uhn.fhir.fhirpath.IFhirPath;
import ca.uhn.fhir.rest.api.RestSearchParameterTypeEnum;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.hl7.fhir.instance.model.api.IBase;
import org.hl7.fhir.r4.model.Base;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.Period;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;

/** R4's search parameters over resources in memory, by their own FHIRPath: token, reference, date, uri and string. */
final class InMemorySearch {

    private static final Pattern RESOLVED = Pattern.compile("\\.where\\(resolve\\(\\) is (\\w+)\\)");
    private static final Set<String> SHAPE = Set.of("_sort", "_count", "_total", "_elements");

    private final FhirContext context;
    private final IFhirPath fhirPath;
    private final Map<String, IFhirPath.IParsedExpression> parsed = new HashMap<>();

    InMemorySearch(FhirContext context) {
        this.context = context;
        this.fhirPath = context.newFhirPath();
    }

    List<Resource> matches(String type, Collection<Resource> among, String query) {
        List<String[]> criteria = Arrays.stream(query.split("&"))
                .filter(p -> !p.isEmpty())
                .map(p -> p.split("=", 2))
                .toList();
        criteria.forEach(c -> known(type, c[0]));
        List<Resource> found = new ArrayList<>(among.stream()
                .filter(r -> r.fhirType().equals(type))
                .filter(r -> criteria.stream().allMatch(c -> matches(r, c[0], c[1])))
                .toList());
        criteria.stream().filter(c -> c[0].equals("_sort")).forEach(c -> sort(found, c[1]));
        return found;
    }

    /** Whether it is in a compartment that the caller may see, or in none. */
    boolean visible(Resource resource, Visibility visibility) {
        if (visibility.patients() == null) {
            return true;
        }
        if (resource.fhirType().equals("Patient")) {
            return visibility.patients().contains(resource.getIdElement().getIdPart());
        }
        RuntimeSearchParam patient =
                context.getResourceDefinition(resource.fhirType()).getSearchParam("patient");
        List<String> patients = patient == null
                ? List.of()
                : values(resource, patient).stream()
                        .filter(Reference.class::isInstance)
                        .map(r -> ((Reference) r).getReferenceElement().getIdPart())
                        .toList();
        return patients.isEmpty() || patients.stream().anyMatch(visibility.patients()::contains);
    }

    private void known(String type, String parameter) {
        String name = parameter.split(":", 2)[0];
        if (!SHAPE.contains(name)
                && !name.equals("_id")
                && !name.equals("_lastUpdated")
                && context.getResourceDefinition(type).getSearchParam(name) == null) {
            throw Problem.malformed("There is no search parameter " + name + " of " + type + ".", null);
        }
    }

    private boolean matches(Resource resource, String parameter, String encoded) {
        String[] name = parameter.split(":", 2);
        List<String> wanted = Arrays.stream(encoded.split(","))
                .map(v -> URLDecoder.decode(v, StandardCharsets.UTF_8))
                .toList();
        if (SHAPE.contains(name[0])) {
            return true;
        }
        if (name[0].equals("_id")) {
            return wanted.contains(resource.getIdElement().getIdPart());
        }
        if (name[0].equals("_lastUpdated")) {
            if (!wanted.get(0).startsWith("ge")) {
                throw Problem.malformed("Here _lastUpdated is known with ge alone.", null);
            }
            return !resource.getMeta()
                    .getLastUpdated()
                    .toInstant()
                    .isBefore(Instant.parse(wanted.get(0).substring(2)));
        }
        RuntimeSearchParam definition =
                context.getResourceDefinition(resource.fhirType()).getSearchParam(name[0]);
        List<Base> values = values(resource, definition);
        String modifier = name.length == 1 ? "" : name[1];
        if (modifier.equals("missing")) {
            return values.isEmpty() == Boolean.parseBoolean(wanted.get(0));
        }
        boolean any = values.stream()
                .anyMatch(v -> wanted.stream().anyMatch(w -> one(definition.getParamType(), modifier, v, w)));
        return modifier.equals("not") != any;
    }

    private List<Base> values(Resource resource, RuntimeSearchParam definition) {
        List<Base> values = new ArrayList<>();
        for (String path : definition.getPath().split(" \\| ")) {
            Matcher resolved = RESOLVED.matcher(path);
            String type = resolved.find() ? resolved.group(1) : "";
            IFhirPath.IParsedExpression expression =
                    parsed.computeIfAbsent(RESOLVED.matcher(path).replaceAll(""), p -> {
                        try {
                            return fhirPath.parse(p);
                        } catch (Exception e) {
                            throw new IllegalStateException(p, e);
                        }
                    });
            fhirPath.evaluate(resource, expression, IBase.class).stream()
                    .map(Base.class::cast)
                    .filter(v -> type.isEmpty()
                            || v instanceof Reference r
                                    && type.equals(r.getReferenceElement().getResourceType()))
                    .forEach(values::add);
        }
        return values;
    }

    private static boolean one(RestSearchParameterTypeEnum type, String modifier, Base value, String wanted) {
        return switch (type) {
            case TOKEN -> token(value, wanted);
            case REFERENCE -> reference(value, wanted);
            case DATE -> date(value, wanted);
            case URI -> wanted.equals(value.primitiveValue());
            case STRING ->
                modifier.equals("exact")
                        ? wanted.equals(value.primitiveValue())
                        : String.valueOf(value.primitiveValue())
                                .toLowerCase(Locale.ROOT)
                                .startsWith(wanted.toLowerCase(Locale.ROOT));
            default -> throw new UnsupportedOperationException(type + " is not searched in memory");
        };
    }

    private static boolean token(Base value, String wanted) {
        if (value instanceof CodeableConcept concept) {
            return concept.getCoding().stream().anyMatch(c -> token(c, wanted));
        }
        String system =
                value instanceof Coding c ? c.getSystem() : value instanceof Identifier i ? i.getSystem() : null;
        String code = value instanceof Coding c
                ? c.getCode()
                : value instanceof Identifier i ? i.getValue() : value.primitiveValue();
        String[] parts = wanted.split("(?<!\\\\)\\|", 2);
        String sought = parts[parts.length - 1].replaceAll("\\\\([\\\\|,$])", "$1");
        if (!sought.isEmpty() && !sought.equals(code)) {
            return false;
        }
        boolean coded = value instanceof Coding || value instanceof Identifier;
        return parts.length == 1
                || !coded
                || parts[0].replaceAll("\\\\([\\\\|,$])", "$1").equals(system == null ? "" : system);
    }

    private static boolean reference(Base value, String wanted) {
        String reference = value instanceof Reference r ? r.getReference() : value.primitiveValue();
        return reference != null
                && (reference.equals(wanted)
                        || reference.split("/_history/")[0].equals(wanted)
                        || reference.split("\\|")[0].equals(wanted)
                        || !wanted.contains("/") && reference.endsWith("/" + wanted));
    }

    /** By days, which is as fine as the code under test asks. */
    private static boolean date(Base value, String wanted) {
        String prefix = wanted.matches("[a-z]{2}.*") ? wanted.substring(0, 2) : "eq";
        LocalDate day = day(prefix.equals(wanted.substring(0, 2)) ? wanted.substring(2) : wanted);
        String from = value instanceof Period p ? p.getStartElement().getValueAsString() : value.primitiveValue();
        String until = value instanceof Period p ? p.getEndElement().getValueAsString() : value.primitiveValue();
        LocalDate low = from == null ? LocalDate.MIN : day(from);
        LocalDate high = until == null ? LocalDate.MAX : day(until);
        return switch (prefix) {
            case "ge" -> !high.isBefore(day);
            case "gt" -> high.isAfter(day);
            case "le" -> !low.isAfter(day);
            case "lt" -> low.isBefore(day);
            default -> low.equals(day) && high.equals(day);
        };
    }

    private static LocalDate day(String written) {
        return LocalDate.parse((written + "0000-01-01".substring(Math.min(10, written.length()))).substring(0, 10));
    }

    private void sort(List<Resource> found, String keys) {
        Comparator<Resource> order = Stream.of(keys.split(","))
                .map(k -> k.startsWith("-") ? by(k.substring(1)).reversed() : by(k))
                .reduce(Comparator::thenComparing)
                .orElseThrow();
        found.sort(order);
    }

    private Comparator<Resource> by(String parameter) {
        return Comparator.comparing(r -> parameter.equals("_lastUpdated")
                ? String.valueOf(r.getMeta().getLastUpdatedElement().getValueAsString())
                : values(r, context.getResourceDefinition(r.fhirType()).getSearchParam(parameter)).stream()
                        .map(v -> v instanceof Period p ? p.getStartElement().getValueAsString() : v.primitiveValue())
                        .map(String::valueOf)
                        .findFirst()
                        .orElse(""));
    }
}
