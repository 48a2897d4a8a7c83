package io.github.throughcare.fhir.search;

import java.math.BigDecimal;
import java.text.Normalizer;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;

/**
 * R4's search page (search.html 3.1.1.4) read out loud over resources as maps and lists: no index, no key, one resource and one
 * criterion at a time. It shares nothing with the engine, so that both are wrong in the same way only by accident.
 */
final class NaiveSearch {

    enum Kind {
        TOKEN,
        REFERENCE,
        STRING,
        DATE,
        NUMBER,
        QUANTITY,
        URI,
        /** Its first path is the elements ({@code .} is the resource), then kind/path of each component. */
        COMPOSITE,
        NEAR
    }

    /** A search parameter: where it looks, as property names separated by dots. */
    record Def(String type, String code, Kind kind, List<String> paths) {}

    /** Half open. */
    private record Span(Instant lo, Instant hi) {}

    private static final ZoneId ZONE = ZoneId.of("America/New_York");

    static final List<Def> DEFS = """
                    Patient identifier TOKEN identifier
                    Patient gender TOKEN gender
                    Patient active TOKEN active
                    Patient language TOKEN communication.language
                    Patient phone TOKEN telecom
                    Patient deceased TOKEN deceased
                    Patient family STRING name.family
                    Patient given STRING name.given
                    Patient name STRING name
                    Patient address STRING address
                    Patient address-city STRING address.city
                    Patient birthdate DATE birthDate
                    Patient death-date DATE deceasedDateTime
                    Patient organization REFERENCE managingOrganization
                    Patient general-practitioner REFERENCE generalPractitioner
                    Patient link REFERENCE link.other
                    Patient _source URI meta.source
                    Patient _profile URI meta.profile
                    Observation code TOKEN code
                    Observation category TOKEN category
                    Observation status TOKEN status
                    Observation value-concept TOKEN valueCodeableConcept
                    Observation combo-code TOKEN code component.code
                    Observation component-code TOKEN component.code
                    Observation identifier TOKEN identifier
                    Observation subject REFERENCE subject
                    Observation patient REFERENCE subject
                    Observation encounter REFERENCE encounter
                    Observation performer REFERENCE performer
                    Observation has-member REFERENCE hasMember
                    Observation date DATE effectiveDateTime effectivePeriod effectiveInstant
                    Observation value-date DATE valueDateTime valuePeriod
                    Observation value-quantity QUANTITY valueQuantity
                    Observation combo-value-quantity QUANTITY valueQuantity component.valueQuantity
                    Observation value-string STRING valueString valueCodeableConcept.text
                    Observation _profile URI meta.profile
                    Observation component-value-concept TOKEN component.valueCodeableConcept
                    Observation component-value-quantity QUANTITY component.valueQuantity
                    Observation code-value-concept COMPOSITE . TOKEN/code TOKEN/valueCodeableConcept
                    Observation code-value-quantity COMPOSITE . TOKEN/code QUANTITY/valueQuantity
                    Observation code-value-string COMPOSITE . TOKEN/code STRING/valueString|valueCodeableConcept.text
                    Observation code-value-date COMPOSITE . TOKEN/code DATE/valueDateTime|valuePeriod
                    Observation component-code-value-concept COMPOSITE component TOKEN/code TOKEN/valueCodeableConcept
                    Observation component-code-value-quantity COMPOSITE component TOKEN/code QUANTITY/valueQuantity
                    Observation combo-code-value-concept COMPOSITE .|component TOKEN/code TOKEN/valueCodeableConcept
                    Observation combo-code-value-quantity COMPOSITE .|component TOKEN/code QUANTITY/valueQuantity
                    ActivityDefinition url URI url
                    ActivityDefinition context TOKEN useContext.valueCodeableConcept
                    ActivityDefinition context-type TOKEN useContext.code
                    ActivityDefinition context-quantity QUANTITY useContext.valueQuantity useContext.valueRange
                    ActivityDefinition context-type-value COMPOSITE useContext TOKEN/code TOKEN/valueCodeableConcept
                    ActivityDefinition context-type-quantity COMPOSITE useContext TOKEN/code QUANTITY/valueQuantity|valueRange
                    Location near NEAR position
                    Location name STRING name
                    Location type TOKEN type
                    Location organization REFERENCE managingOrganization
                    Location partof REFERENCE partOf
                    Condition code TOKEN code
                    Condition clinical-status TOKEN clinicalStatus
                    Condition severity TOKEN severity
                    Condition category TOKEN category
                    Condition subject REFERENCE subject
                    Condition patient REFERENCE subject
                    Condition encounter REFERENCE encounter
                    Condition asserter REFERENCE asserter
                    Condition onset-date DATE onsetDateTime onsetPeriod
                    Condition recorded-date DATE recordedDate
                    Condition onset-age QUANTITY onsetAge
                    Condition abatement-string STRING abatementString
                    Condition _source URI meta.source
                    Encounter status TOKEN status
                    Encounter class TOKEN class
                    Encounter type TOKEN type
                    Encounter subject REFERENCE subject
                    Encounter patient REFERENCE subject
                    Encounter part-of REFERENCE partOf
                    Encounter participant REFERENCE participant.individual
                    Encounter service-provider REFERENCE serviceProvider
                    Encounter date DATE period
                    Encounter location-period DATE location.period
                    Encounter length QUANTITY length
                    Task status TOKEN status
                    Task intent TOKEN intent
                    Task code TOKEN code
                    Task group-identifier TOKEN groupIdentifier
                    Task subject REFERENCE for
                    Task patient REFERENCE for
                    Task focus REFERENCE focus
                    Task owner REFERENCE owner
                    Task requester REFERENCE requester
                    Task part-of REFERENCE partOf
                    Task authored-on DATE authoredOn
                    Task modified DATE lastModified
                    Task period DATE executionPeriod
                    RiskAssessment probability NUMBER prediction.probabilityDecimal
                    RiskAssessment subject REFERENCE subject
                    Practitioner family STRING name.family
                    Practitioner name STRING name
                    Organization name STRING name alias
                    """.lines()
            .map(line -> line.split(" "))
            .map(w -> new Def(w[0], w[1], Kind.valueOf(w[2]), List.of(w).subList(3, w.length)))
            .toList();

    private final Map<String, Map<String, Object>> byReference = new LinkedHashMap<>();
    /** What contains a contained resource. */
    private final Map<Map<String, Object>, Map<String, Object>> containers = new IdentityHashMap<>();

    private final NaiveWhole whole = new NaiveWhole(byReference);

    NaiveSearch(List<Map<String, Object>> resources) {
        resources.forEach(r -> byReference.put(r.get("resourceType") + "/" + r.get("id"), r));
        resources.forEach(r ->
                ((List<?>) r.getOrDefault("contained", List.of())).forEach(inner -> containers.put(map(inner), r)));
    }

    static List<Def> of(String type) {
        return DEFS.stream().filter(d -> d.type.equals(type)).toList();
    }

    static Def find(String type, String code) {
        return of(type).stream().filter(d -> d.code.equals(code)).findFirst().orElse(null);
    }

    /** Does a resource meet {@code name=value}, both as they stand (decoded) in a URL? */
    boolean matches(Map<String, Object> r, String name, String value) {
        String type = (String) r.get("resourceType");
        if (name.startsWith("_has:")) {
            String[] p = name.split(":", 4);
            return byReference.values().stream()
                    .filter(o -> o.get("resourceType").equals(p[1]))
                    .filter(o -> references(find(p[1], p[2]), o).contains(type + "/" + r.get("id")))
                    .anyMatch(o -> matches(o, p[3], value));
        }
        int dot = name.indexOf('.');
        if (dot > 0) {
            String[] head = name.substring(0, dot).split(":");
            String rest = name.substring(dot + 1);
            return references(find(type, head[0]), r).stream()
                    .map(reference ->
                            referred(r, reference, containers.containsKey(r) || !OF_PATIENT.contains(head[0])))
                    .filter(Objects::nonNull)
                    .filter(t -> head.length == 1 || t.get("resourceType").equals(head[1]))
                    .filter(t -> find((String) t.get("resourceType"), rest.split(":")[0]) != null)
                    .anyMatch(t -> matches(t, rest, value));
        }
        boolean contained = containers.containsKey(r);
        if (contained && List.of("_id", "_list", "_text", "_content").contains(name)) {
            return false;
        }
        if (name.equals("_id")) {
            return split(value, ',').contains(r.get("id"));
        }
        if (name.equals("_list")) {
            return whole.isListed(r, value);
        }
        if (name.equals("_text") || name.equals("_content")) {
            return whole.hasWords(r, name.equals("_text"), value);
        }
        String[] parts = name.split(":", 2);
        Def def = find(type, parts[0]);
        if (contained && List.of("code-value-string", "code-value-date").contains(def.code)) {
            return false;
        }
        String modifier = parts.length > 1 ? parts[1] : "";
        List<Object> values = values(def, r);
        if (modifier.equals("missing")) {
            return values.isEmpty() == value.equals("true");
        }
        boolean any = split(value, ',').stream()
                .anyMatch(v -> def.kind == Kind.COMPOSITE
                        ? composite(def, r, v)
                        : values.stream().anyMatch(test(def, modifier, v)));
        return any != (modifier.equals("not") || modifier.equals("not-in"));
    }

    /** Whose record it is, no contained resource says. */
    private static final List<String> OF_PATIENT = List.of("subject", "patient");

    /** What a reference names: a stored resource, or one that is contained beside it. */
    private Map<String, Object> referred(Map<String, Object> r, String reference, boolean inside) {
        if (!reference.startsWith("#") || !inside) {
            return byReference.get(reference);
        }
        return ((List<?>) containers.getOrDefault(r, r).getOrDefault("contained", List.of()))
                .stream()
                        .map(NaiveSearch::map)
                        .filter(c -> reference.equals("#" + c.get("id")))
                        .findFirst()
                        .orElse(null);
    }

    /** Tokens by value sets and code systems; the value is one url, or system and code. */
    private boolean isMeant(Object[] coding, String modifier, String v) {
        String system = String.valueOf(coding[0]);
        String code = String.valueOf(coding[1]);
        if (modifier.endsWith("in")) {
            return whole.isIn(system, code, plain(v));
        }
        List<String> asked = split(v, '|');
        String other = plain(asked.get(1));
        return asked.get(0).equals(system)
                && (modifier.equals("below")
                        ? whole.subsumes(system, other, code)
                        : whole.subsumes(system, code, other));
    }

    private Predicate<Object> test(Def def, String modifier, String v) {
        if (modifier.equals("text")) {
            return o -> display(o).stream().anyMatch(t -> folded(t).startsWith(folded(plain(v))));
        }
        if (def.kind == Kind.TOKEN && List.of("in", "not-in", "above", "below").contains(modifier)) {
            return o -> codings(o).stream().anyMatch(c -> isMeant(c, modifier, v));
        }
        return switch (def.kind) {
            case COMPOSITE -> throw new IllegalArgumentException(def.code);
            case NEAR -> o -> near(map(o), v);
            case TOKEN -> o -> codings(o).stream().anyMatch(c -> token(c, v));
            case REFERENCE -> o -> reference(def, modifier, o, v);
            case STRING -> o -> texts(o).stream().anyMatch(t -> string(modifier, t, plain(v)));
            case DATE -> o -> date(spanOf(o), v);
            case NUMBER -> o -> number((BigDecimal) o, v);
            case QUANTITY -> o -> quantity(map(o), v);
            case URI -> o -> uri(modifier, (String) o, plain(v));
        };
    }

    /** Does one element hold a value for each component? */
    private boolean composite(Def def, Map<String, Object> r, String v) {
        return elements(def, r).stream().anyMatch(e -> {
            List<String> asked = split(v, '$');
            for (int i = 0; i < asked.size(); i++) {
                String[] part = def.paths.get(i + 1).split("/");
                Def plain = new Def(def.type, "part", Kind.valueOf(part[0]), List.of(part[1].split("[|]")));
                if (valuesIn(plain, e).stream().noneMatch(test(plain, "", asked.get(i)))) {
                    return false;
                }
            }
            return true;
        });
    }

    private static List<Object> elements(Def def, Map<String, Object> r) {
        List<Object> found = new ArrayList<>();
        for (String path : def.paths.get(0).split("[|]")) {
            if (path.equals(".")) {
                found.add(r);
            } else {
                walk(r, List.of(path), found);
            }
        }
        return found;
    }

    private static List<Object> valuesIn(Def def, Object element) {
        List<Object> found = new ArrayList<>();
        def.paths.forEach(p -> walk(element, List.of(p.split("\\.")), found));
        if (def.kind == Kind.QUANTITY) {
            found.removeIf(o -> !map(o).containsKey("value") && !map(o).containsKey("low"));
        }
        return found;
    }

    private static List<String> display(Object o) {
        List<Object> found = new ArrayList<>();
        for (String path : "text display coding.display type.text".split(" ")) {
            walk(o, List.of(path.split("\\.")), found);
        }
        return found.stream().map(String.class::cast).toList();
    }

    private static boolean uri(String modifier, String actual, String asked) {
        return switch (modifier) {
            case "below" -> actual.startsWith(asked);
            case "above" ->
                asked.equals(actual)
                        || actual.matches("http://.+")
                                && asked.startsWith(actual.endsWith("/") ? actual : actual + "/");
            default -> actual.equals(asked);
        };
    }

    /** The spherical law of cosines; distances are chosen so that none is near a bound. */
    private static boolean near(Map<String, Object> position, String v) {
        List<String> asked = split(v, '|');
        double distance = asked.size() < 3 ? 50 : Double.parseDouble(asked.get(2));
        String unit = asked.size() < 4 || asked.get(3).isEmpty() ? "km" : asked.get(3);
        double km =
                distance * Map.of("km", 1.0, "m", 0.001, "[mi_us]", 1.609347).get(unit);
        double lat = Math.toRadians(Double.parseDouble(asked.get(0)));
        double lat2 = Math.toRadians(((BigDecimal) position.get("latitude")).doubleValue());
        double lon = Math.toRadians(
                Double.parseDouble(asked.get(1)) - ((BigDecimal) position.get("longitude")).doubleValue());
        double cos = Math.sin(lat) * Math.sin(lat2) + Math.cos(lat) * Math.cos(lat2) * Math.cos(lon);
        return 6371.0088 * Math.acos(Math.min(1, cos)) <= km;
    }

    // ---------------------------------------------------------------- where values stand

    List<Object> values(Def def, Map<String, Object> r) {
        if (def.code.equals("deceased")) {
            return r.containsKey("deceasedDateTime")
                    ? List.of(true)
                    : List.of(Boolean.TRUE.equals(r.get("deceasedBoolean")));
        }
        if (def.kind == Kind.COMPOSITE) {
            return elements(def, r).stream()
                    .filter(e -> def.paths.stream()
                            .skip(1)
                            .allMatch(part -> !valuesIn(
                                            new Def(
                                                    def.type,
                                                    "part",
                                                    Kind.valueOf(part.split("/")[0]),
                                                    List.of(part.split("/")[1].split("[|]"))),
                                            e)
                                    .isEmpty()))
                    .toList();
        }
        List<Object> found = new ArrayList<>();
        def.paths.forEach(p -> walk(r, List.of(p.split("\\.")), found));
        if (def.code.equals("phone")) {
            found.removeIf(o -> !"phone".equals(map(o).get("system")));
        }
        if (def.code.equals("patient")) {
            found.removeIf(o -> !String.valueOf(map(o).get("reference")).contains("Patient/")
                    && !"Patient".equals(map(o).get("type")));
        }
        return found;
    }

    private static void walk(Object node, List<String> path, List<Object> found) {
        if (node instanceof List<?> list) {
            list.forEach(e -> walk(e, path, found));
        } else if (path.isEmpty()) {
            if (node != null) {
                found.add(node);
            }
        } else if (node instanceof Map<?, ?> m) {
            walk(m.get(path.get(0)), path.subList(1, path.size()), found);
        }
    }

    private List<String> references(Def def, Map<String, Object> r) {
        return values(def, r).stream()
                .map(o -> String.valueOf(map(o).get("reference")).replaceAll("/_history/.*", ""))
                .toList();
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> map(Object o) {
        return (Map<String, Object>) o;
    }

    // ---------------------------------------------------------------- how they compare

    /** As {system or null, code}. */
    private static List<Object[]> codings(Object o) {
        if (!(o instanceof Map<?, ?> m)) {
            return List.<Object[]>of(new Object[] {null, String.valueOf(o)});
        }
        if (m.get("coding") instanceof List<?> list) {
            return list.stream().flatMap(c -> codings(c).stream()).toList();
        }
        Object code = m.containsKey("value") ? m.get("value") : m.get("code");
        return List.<Object[]>of(new Object[] {m.get("system"), code});
    }

    private static boolean token(Object[] coding, String v) {
        List<String> parts = split(v, '|');
        if (parts.size() == 1) {
            return plain(v).equals(coding[1]);
        }
        String system = plain(parts.get(0));
        String code = plain(parts.get(1));
        return Objects.equals(system.isEmpty() ? null : system, coding[0])
                && (code.isEmpty() || code.equals(coding[1]));
    }

    private static boolean reference(Def def, String modifier, Object o, String v) {
        if (modifier.equals("identifier")) {
            Object identifier = map(o).get("identifier");
            return identifier != null && codings(identifier).stream().anyMatch(c -> token(c, v));
        }
        String actual = String.valueOf(map(o).get("reference")).replaceAll("/_history/.*", "");
        if (v.contains("/")) {
            return actual.equals(v);
        }
        String type = def.code.equals("patient") ? "Patient" : modifier;
        return type.isEmpty() ? actual.matches("[A-Za-z]+/" + v) : actual.equals(type + "/" + v);
    }

    private static List<String> texts(Object o) {
        if (o instanceof String s) {
            return List.of(s);
        }
        List<Object> found = new ArrayList<>();
        for (String part : "text family given prefix suffix line city district state postalCode country".split(" ")) {
            walk(map(o).get(part), List.of(), found);
        }
        return found.stream().map(String.class::cast).toList();
    }

    private static boolean string(String modifier, String actual, String v) {
        return switch (modifier) {
            case "exact" -> actual.equals(v);
            case "contains" -> folded(actual).contains(folded(v));
            default -> folded(actual).startsWith(folded(v));
        };
    }

    private static String folded(String text) {
        return Normalizer.normalize(text, Normalizer.Form.NFD)
                .replaceAll("\\p{Mn}", "")
                .toLowerCase(Locale.ROOT);
    }

    private static String prefix(String v) {
        return v.matches("(eq|ne|gt|lt|ge|le|sa|eb|ap).*") ? v.substring(0, 2) : "eq";
    }

    private static String bare(String v) {
        return v.replaceAll("^(eq|ne|gt|lt|ge|le|sa|eb|ap)", "");
    }

    private static boolean date(Span actual, String v) {
        Span s = span(bare(v));
        boolean within = !actual.lo.isBefore(s.lo) && !actual.hi.isAfter(s.hi);
        boolean reachesAbove = actual.hi.isAfter(s.hi);
        boolean reachesBelow = actual.lo.isBefore(s.lo);
        return switch (prefix(v)) {
            case "eq" -> within;
            case "ne" -> !within;
            case "gt" -> reachesAbove;
            case "lt" -> reachesBelow;
            case "ge" -> reachesAbove || within;
            case "le" -> reachesBelow || within;
            case "sa" -> !actual.lo.isBefore(s.hi);
            case "eb" -> !actual.hi.isAfter(s.lo);
            default -> throw new IllegalArgumentException(v);
        };
    }

    /** Have a date or Period and the time from the one date through the other (null: open) a moment in common? */
    static boolean overlaps(Object dateOrPeriod, String from, String through) {
        Span s = spanOf(dateOrPeriod);
        return (through == null || s.lo.isBefore(span(through).hi)) && (from == null || s.hi.isAfter(span(from).lo));
    }

    private static Span spanOf(Object o) {
        if (o instanceof String s) {
            return span(s);
        }
        Object start = map(o).get("start");
        Object end = map(o).get("end");
        return new Span(
                start == null ? Instant.MIN : span((String) start).lo,
                end == null ? Instant.MAX : span((String) end).hi);
    }

    private static Span span(String text) {
        if (text.length() == 4) {
            return days(Year.parse(text).atDay(1), Year.parse(text).plusYears(1).atDay(1));
        }
        if (text.length() == 7) {
            return days(
                    YearMonth.parse(text).atDay(1),
                    YearMonth.parse(text).plusMonths(1).atDay(1));
        }
        if (text.length() == 10) {
            return days(LocalDate.parse(text), LocalDate.parse(text).plusDays(1));
        }
        boolean zoned = text.matches(".*(Z|[+-]\\d\\d:\\d\\d)");
        Instant lo = zoned
                ? OffsetDateTime.parse(text).toInstant()
                : LocalDateTime.parse(text).atZone(ZONE).toInstant();
        String time = text.substring(11).replaceAll("(Z|[+-]\\d\\d:\\d\\d)$", "");
        long nanos = time.length() == 5 ? 60_000_000_000L : 1_000_000_000L;
        for (int i = 9; i < time.length(); i++) {
            nanos /= 10;
        }
        return new Span(lo, lo.plusNanos(nanos));
    }

    private static Span days(LocalDate from, LocalDate to) {
        return new Span(
                from.atStartOfDay(ZONE).toInstant(), to.atStartOfDay(ZONE).toInstant());
    }

    private static final BigDecimal TINY = new BigDecimal("1e-30");
    private static final BigDecimal HUGE = new BigDecimal("1e30");

    private static boolean number(BigDecimal actual, String v) {
        return number(actual, actual, v, BigDecimal.ONE);
    }

    /** The stored value is anything from lo to hi; the asked one is in a unit of so many of the stored value's. */
    private static boolean number(BigDecimal lo, BigDecimal hi, String v, BigDecimal unit) {
        BigDecimal asked = new BigDecimal(bare(v));
        BigDecimal half = BigDecimal.ONE
                .movePointLeft(asked.scale())
                .multiply(new BigDecimal("0.5"))
                .multiply(unit);
        BigDecimal tenth = asked.abs().multiply(new BigDecimal("0.1")).multiply(unit);
        BigDecimal exact = asked.multiply(unit);
        boolean equal = lo.compareTo(exact.subtract(half)) >= 0 && hi.compareTo(exact.add(half)) < 0;
        return switch (prefix(v)) {
            case "eq" -> equal;
            case "ne" -> !equal;
            case "gt" -> hi.compareTo(exact) > 0;
            case "lt" -> lo.compareTo(exact) < 0;
            case "ge" -> hi.compareTo(exact) >= 0;
            case "le" -> lo.compareTo(exact) <= 0;
            case "sa" -> lo.compareTo(exact) > 0;
            case "eb" -> hi.compareTo(exact) < 0;
            case "ap" -> lo.compareTo(exact.add(tenth)) <= 0 && hi.compareTo(exact.subtract(tenth)) >= 0;
            default -> throw new IllegalArgumentException(v);
        };
    }

    private static final Map<String, BigDecimal> GRAMS = Map.of(
            "ug", new BigDecimal("0.000001"),
            "mg", new BigDecimal("0.001"),
            "g", BigDecimal.ONE,
            "kg", new BigDecimal("1000"));

    private static boolean quantity(Map<String, Object> actual, String v) {
        List<String> parts = split(v, '|');
        Map<String, Object> unit = actual;
        BigDecimal lo;
        BigDecimal hi;
        if (actual.containsKey("low") || actual.containsKey("high")) {
            unit = map(actual.containsKey("low") ? actual.get("low") : actual.get("high"));
            lo = (BigDecimal) map(actual.get("low")).get("value");
            hi = (BigDecimal) map(actual.get("high")).get("value");
        } else if (actual.containsKey("value")) {
            BigDecimal value = (BigDecimal) actual.get("value");
            String comparator = String.valueOf(actual.get("comparator"));
            lo = comparator.startsWith("<") ? HUGE.negate() : comparator.equals(">") ? value.add(TINY) : value;
            hi = comparator.startsWith(">") ? HUGE : comparator.equals("<") ? value.subtract(TINY) : value;
        } else {
            return false;
        }
        if (parts.size() == 1) {
            return number(lo, hi, parts.get(0), BigDecimal.ONE);
        }
        String code = plain(parts.get(2));
        boolean same = parts.get(1).isEmpty()
                ? code.equals(unit.get("code")) || code.equals(unit.get("unit"))
                : plain(parts.get(1)).equals(unit.get("system")) && code.equals(unit.get("code"));
        boolean masses = parts.get(1).equals("http://unitsofmeasure.org")
                && parts.get(1).equals(unit.get("system"))
                && GRAMS.containsKey(code)
                && GRAMS.containsKey(String.valueOf(unit.get("code")));
        if (!masses) {
            return same && number(lo, hi, parts.get(0), BigDecimal.ONE);
        }
        BigDecimal stored = GRAMS.get((String) unit.get("code"));
        return number(lo.multiply(stored), hi.multiply(stored), parts.get(0), GRAMS.get(code));
    }

    static List<String> split(String value, char separator) {
        return List.of(value.split("(?<!\\\\)" + "[" + separator + "]", -1));
    }

    private static String plain(String v) {
        return v.replaceAll("\\\\([,$|\\\\])", "$1");
    }
}
