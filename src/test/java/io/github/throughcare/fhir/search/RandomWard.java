package io.github.throughcare.fhir.search;

import io.github.throughcare.fhir.search.NaiveSearch.Def;
import io.github.throughcare.fhir.search.NaiveSearch.Kind;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Made-up resources and questions about them, all from one seed and from pools so small that values meet. */
final class RandomWard {

    /** A criterion as it stands in a URL, decoded. */
    record Asked(String name, String value) {}

    private static final List<String> SYSTEMS = List.of("http://one", "http://two");
    private static final List<String> CODES = List.of("a1", "a2", "b,1", "c|1");
    private static final List<String> NAMES = List.of(
            "Müller", "MULLER", "muller-smith", "Zoë", "Zo", "O'Neil", "100%", "1_0", "a\\b", "van der Berg", "Berg");
    private static final List<String> BIRTHDAYS =
            List.of("1970", "1970-05", "1970-05-01", "1985-02-28", "1969-12-31", "1608");
    private static final List<String> TIMES = List.of(
            "2025",
            "2026-02",
            "2026-03",
            "2026-02-28",
            "2026-03-08",
            "2025-12-31T19:00:00-05:00",
            "2026-02-28T23:59:59-05:00",
            "2026-03-01T00:00:00Z",
            "2026-03-01T05:00:00Z",
            "2026-03-08T01:30:00-05:00",
            "2026-03-08T03:00:00.500-04:00",
            "2026-03-31T23:59:59.999-04:00",
            "2026-11-01T01:30:00-04:00",
            "2026-11-01T01:30:00-05:00",
            "9999-12-31");
    private static final List<String> ASKED_TIMES = List.of(
            "2024", "2026", "2026-03-08T01:30-05:00", "2026-03-08T07:00:00Z", "2026-03-01T00:00:00", "2026-11-01");
    private static final List<String> NUMBERS =
            List.of("5", "5.0", "5.4", "5.45", "5.5", "100", "99.5", "100.5", "0.1", "0.15", "-3", "0");
    private static final List<String> PREFIXES = List.of("", "eq", "ne", "gt", "lt", "ge", "le", "sa", "eb");
    private static final List<String> LATITUDES = List.of("42.35", "42.36", "42.9", "-33.9", "89.99");
    private static final List<String> LONGITUDES = List.of("-71.05", "-71.06", "-70", "151.2", "179.99", "-179.99");
    private static final List<String> URLS =
            List.of("http://u.org/a", "http://u.org/a/", "http://u.org/a/b", "http://u.org/a/bc", "urn:oid:1.2");
    private static final List<String> WORDS = List.of("Quokka", "quince", "Ärmel", "night", "plain");
    /** Tokens that are codes of whatever system. */
    private static final List<String> CODED = List.of(
            "language",
            "code",
            "category",
            "value-concept",
            "combo-code",
            "component-code",
            "clinical-status",
            "severity",
            "class",
            "type",
            "context-type");

    private static final List<String> URIS = List.of("http://u/one", "http://u/one/two", "urn:oid:1.2.3");

    private final Random random;
    private final String prefix;
    private final String tag;

    final List<Map<String, Object>> resources = new ArrayList<>();

    RandomWard(long seed) {
        this.random = new Random(seed);
        this.tag = "property-" + seed;
        this.prefix = "w" + Long.toString(seed, 36) + "-";
        for (int i = 0; i < 4; i++) {
            resources.add(start("Organization", i));
            resources.get(resources.size() - 1).put("name", pick(NAMES));
            Map<String, Object> doctor = start("Practitioner", i);
            doctor.put("name", List.of(name()));
            resources.add(doctor);
        }
        for (int i = 0; i < 22; i++) {
            resources.add(patient(i));
        }
        for (int i = 0; i < 15; i++) {
            resources.add(encounter(i));
            resources.add(task(i));
        }
        for (int i = 0; i < 45; i++) {
            resources.add(observation(i));
        }
        for (int i = 0; i < 20; i++) {
            resources.add(condition(i));
        }
        for (int i = 0; i < 12; i++) {
            Map<String, Object> r = start("Location", i);
            sometimes(() -> r.put(
                    "position",
                    object(
                            "latitude",
                            new BigDecimal(pick(LATITUDES)),
                            "longitude",
                            new BigDecimal(pick(LONGITUDES)))));
            r.put("name", pick(NAMES));
            r.put("type", list(this::concept));
            sometimes(() -> r.put("managingOrganization", reference("Organization")));
            sometimes(() -> r.put("partOf", reference("Location")));
            resources.add(r);
        }
        for (int i = 0; i < 12; i++) {
            Map<String, Object> r = start("ActivityDefinition", i);
            r.put("status", "draft");
            sometimes(() -> r.put("url", pick(URLS)));
            r.put("useContext", list(() -> {
                Map<String, Object> c = object("code", coding());
                switch (random.nextInt(3)) {
                    case 0 -> c.put("valueCodeableConcept", concept());
                    case 1 -> c.put("valueQuantity", quantity());
                    default -> c.put("valueRange", object("low", simple(), "high", simple()));
                }
                return c;
            }));
            resources.add(r);
        }
        terminology();
        for (int i = 0; i < 3; i++) {
            Map<String, Object> r = start("List", i);
            r.put("status", "current");
            r.put("mode", "changes");
            List<Object> entries = new ArrayList<>();
            for (int n = 0; n < 12; n++) {
                String type = pick(List.of("Patient", "Observation", "Condition", "Task"));
                Map<String, Object> e = object("item", object("reference", type + "/" + prefix + random.nextInt(12)));
                if (random.nextInt(4) == 0) {
                    e.put("deleted", random.nextBoolean());
                }
                entries.add(e);
            }
            r.put("entry", entries);
            resources.add(r);
        }
        for (int i = 0; i < 8; i++) {
            Map<String, Object> r = start("RiskAssessment", i);
            r.put("status", "final");
            r.put("subject", reference("Patient"));
            r.put("prediction", list(() -> object("probabilityDecimal", new BigDecimal(pick(NUMBERS)))));
            resources.add(r);
        }
        resources.forEach(this::contain);
        resources.forEach(r -> r.values().removeIf(v -> v instanceof List<?> l && l.isEmpty()));
    }

    /** Some of those that a resource refers to are contained in it, and some of those that these refer to. */
    private void contain(Map<String, Object> r) {
        List<Map<String, Object>> inside = new ArrayList<>();
        contain(r, inside);
        for (int i = 0; i < inside.size() && i < 20; i++) {
            contain(inside.get(i), inside);
        }
        if (!inside.isEmpty()) {
            r.put("contained", inside);
        }
    }

    @SuppressWarnings("unchecked")
    private void contain(Map<String, Object> r, List<Map<String, Object>> inside) {
        r.forEach((name, value) -> {
            for (Object one : value instanceof List<?> all ? all : List.of(value)) {
                if (!List.of("subject", "for").contains(name)
                        && one instanceof Map<?, ?> reference
                        && random.nextInt(5) == 0) {
                    String type = String.valueOf(reference.get("reference")).split("/", 2)[0];
                    Map<String, Object> inner = switch (type) {
                        case "Practitioner" -> object("name", List.of(name()));
                        case "Organization" -> object("name", pick(NAMES));
                        case "Observation" -> observation(0);
                        case "Condition" -> condition(0);
                        default -> null;
                    };
                    if (inner != null) {
                        Map<String, Object> contained = object("resourceType", type, "id", "c" + inside.size());
                        inner.forEach((k, v) -> {
                            if (!List.of("resourceType", "id", "meta", "text").contains(k)
                                    && !(v instanceof List<?> l && l.isEmpty())) {
                                contained.put(k, v);
                            }
                        });
                        ((Map<String, Object>) reference).put("reference", "#c" + inside.size());
                        inside.add(contained);
                    }
                }
            }
        });
    }

    String tag() {
        return tag;
    }

    String idPrefix() {
        return prefix;
    }

    // ---------------------------------------------------------------- resources

    private Map<String, Object> start(String type, int i) {
        Map<String, Object> meta = object("tag", List.of(object("system", "http://run", "code", tag)));
        sometimes(() -> meta.put("source", pick(URIS)));
        sometimes(() -> meta.put("profile", List.of(pick(URIS))));
        Map<String, Object> r = object("resourceType", type, "id", prefix + i, "meta", meta);
        sometimes(() -> r.put(
                "text",
                object(
                        "status",
                        "generated",
                        "div",
                        "<div xmlns=\"http://www.w3.org/1999/xhtml\"><p>" + words() + "</p>" + words() + "</div>")));
        if (List.of("Observation", "Condition", "Task").contains(type)) {
            sometimes(() -> r.put("note", List.of(object("text", words()))));
        }
        return r;
    }

    private String words() {
        return pick(WORDS) + " " + pick(WORDS)
                + (random.nextBoolean() ? "" : ", " + pick(WORDS).toUpperCase());
    }

    /** Both systems hold all codes, each in an order of its own. */
    private void terminology() {
        Map<String, Object> one = codeSystem(0, SYSTEMS.get(0));
        one.put(
                "concept",
                List.of(
                        object(
                                "code",
                                "a1",
                                "concept",
                                List.of(object("code", "a2", "concept", List.of(object("code", "b,1"))))),
                        object("code", "c|1")));
        Map<String, Object> two = codeSystem(1, SYSTEMS.get(1));
        two.put(
                "concept",
                List.of(
                        object("code", "c|1", "concept", List.of(object("code", "a1"), object("code", "b,1"))),
                        object("code", "a2")));
        valueSet(
                0,
                "include",
                List.of(object(
                        "system",
                        SYSTEMS.get(0),
                        "filter",
                        List.of(object("property", "concept", "op", "is-a", "value", "a2")))));
        valueSet(
                1,
                "include",
                List.of(object("system", SYSTEMS.get(1))),
                "exclude",
                List.of(object("system", SYSTEMS.get(1), "concept", List.of(object("code", "a1")))));
        valueSet(
                2,
                "include",
                List.of(
                        object("system", SYSTEMS.get(0), "concept", List.of(object("code", "a1"))),
                        object(
                                "system",
                                SYSTEMS.get(1),
                                "concept",
                                List.of(object("code", "a2"), object("code", "b,1")))));
    }

    private Map<String, Object> codeSystem(int i, String url) {
        Map<String, Object> r = start("CodeSystem", i);
        r.putAll(object("url", url, "status", "active", "content", "complete"));
        resources.add(r);
        return r;
    }

    private void valueSet(int i, Object... compose) {
        Map<String, Object> r = start("ValueSet", i);
        r.putAll(object("url", valueSet(i), "status", "active", "compose", object(compose)));
        resources.add(r);
    }

    private String valueSet(int i) {
        return "http://" + prefix + "sets/" + i;
    }

    private Map<String, Object> patient(int i) {
        Map<String, Object> r = start("Patient", i);
        r.put("identifier", list(this::identifier));
        r.put("name", list(this::name));
        sometimes(() -> r.put("gender", pick(List.of("male", "female", "other"))));
        sometimes(() -> r.put("active", random.nextBoolean()));
        sometimes(() -> r.put("birthDate", pick(BIRTHDAYS)));
        sometimes(() -> r.put("communication", list(() -> object("language", concept()))));
        r.put(
                "telecom",
                list(() -> object("system", pick(List.of("phone", "email")), "value", pick(List.of("1", "2")))));
        r.put("address", list(() -> object("city", pick(NAMES), "line", List.of(pick(NAMES)), "postalCode", "021")));
        if (random.nextInt(3) == 0) {
            r.put("deceasedBoolean", random.nextBoolean());
        } else {
            sometimes(() -> r.put("deceasedDateTime", pick(TIMES)));
        }
        sometimes(() -> r.put("managingOrganization", reference("Organization")));
        r.put("generalPractitioner", list(() -> reference(pick(List.of("Organization", "Practitioner")))));
        r.put("link", list(() -> object("other", reference("Patient"), "type", "seealso")));
        return r;
    }

    private Map<String, Object> observation(int i) {
        Map<String, Object> r = start("Observation", i);
        r.put("status", pick(List.of("final", "amended", "preliminary")));
        r.put("code", concept());
        r.put("category", list(this::concept));
        r.put("identifier", list(this::identifier));
        sometimes(() -> r.put("subject", reference(pick(List.of("Patient", "Patient", "Patient", "Location")))));
        sometimes(() -> r.put("encounter", reference("Encounter")));
        r.put("performer", list(() -> reference(pick(List.of("Practitioner", "Organization", "Patient")))));
        r.put("hasMember", list(() -> reference("Observation")));
        when(r, "effective");
        switch (random.nextInt(6)) {
            case 0 -> r.put("valueString", pick(NAMES));
            case 1 -> r.put("valueCodeableConcept", concept());
            case 2 -> when(r, "value");
            case 3, 4 -> r.put("valueQuantity", quantity());
            default -> {}
        }
        r.put("component", list(() -> {
            Map<String, Object> c = object("code", concept());
            if (random.nextInt(3) == 0) {
                c.put("valueCodeableConcept", concept());
            } else {
                sometimes(() -> c.put("valueQuantity", quantity()));
            }
            return c;
        }));
        return r;
    }

    private Map<String, Object> condition(int i) {
        Map<String, Object> r = start("Condition", i);
        r.put("subject", reference("Patient"));
        sometimes(() -> r.put("code", concept()));
        sometimes(() -> r.put("clinicalStatus", concept()));
        sometimes(() -> r.put("severity", concept()));
        r.put("category", list(this::concept));
        sometimes(() -> r.put("encounter", reference("Encounter")));
        sometimes(() -> r.put("asserter", reference(pick(List.of("Practitioner", "Patient")))));
        if (random.nextInt(4) == 0) {
            r.put("onsetAge", quantity());
        } else {
            when(r, "onset");
        }
        sometimes(() -> r.put("recordedDate", pick(TIMES)));
        sometimes(() -> r.put("abatementString", pick(NAMES)));
        return r;
    }

    private Map<String, Object> encounter(int i) {
        Map<String, Object> r = start("Encounter", i);
        r.put("status", pick(List.of("planned", "in-progress", "finished")));
        r.put("class", coding());
        r.put("type", list(this::concept));
        sometimes(() -> r.put("subject", reference("Patient")));
        sometimes(() -> r.put("partOf", reference("Encounter")));
        r.put("participant", list(() -> object("individual", reference("Practitioner"))));
        sometimes(() -> r.put("serviceProvider", reference("Organization")));
        sometimes(() -> r.put("period", period()));
        r.put("location", list(() -> object("location", object("display", "ward"), "period", period())));
        sometimes(() -> r.put("length", quantity()));
        return r;
    }

    private Map<String, Object> task(int i) {
        Map<String, Object> r = start("Task", i);
        r.put("status", pick(List.of("requested", "completed", "in-progress")));
        r.put("intent", pick(List.of("order", "plan")));
        sometimes(() -> r.put("code", concept()));
        sometimes(() -> r.put("groupIdentifier", identifier()));
        sometimes(() -> r.put("for", reference(pick(List.of("Patient", "Organization")))));
        sometimes(() -> r.put("focus", reference(pick(List.of("Patient", "Condition", "Observation")))));
        sometimes(() -> r.put("owner", reference(pick(List.of("Practitioner", "Organization")))));
        sometimes(() -> r.put("requester", reference(pick(List.of("Practitioner", "Patient")))));
        r.put("partOf", list(() -> reference("Task")));
        sometimes(() -> r.put("authoredOn", pick(TIMES)));
        sometimes(() -> r.put("lastModified", pick(TIMES)));
        sometimes(() -> r.put("executionPeriod", period()));
        return r;
    }

    private void when(Map<String, Object> r, String element) {
        if (random.nextInt(3) == 0) {
            r.put(element + "Period", period());
        } else {
            sometimes(() -> r.put(element + "DateTime", pick(TIMES)));
        }
    }

    /** Open or closed; ends that lie before their start are somebody's data too. */
    private Map<String, Object> period() {
        Map<String, Object> p = new LinkedHashMap<>();
        int sides = 1 + random.nextInt(3);
        if ((sides & 1) != 0) {
            p.put("start", pick(TIMES.subList(0, 9)));
        }
        if ((sides & 2) != 0) {
            p.put("end", pick(TIMES.subList(9, TIMES.size())));
        }
        return p;
    }

    private Map<String, Object> coding() {
        Map<String, Object> c = object("code", pick(CODES));
        sometimes(() -> c.put("system", pick(SYSTEMS)));
        if (random.nextInt(4) == 0) {
            c.put("display", pick(NAMES));
        }
        return c;
    }

    private Map<String, Object> concept() {
        List<Object> codings = list(this::coding);
        Map<String, Object> concept = codings.isEmpty() ? object("text", pick(NAMES)) : object("coding", codings);
        if (random.nextInt(4) == 0) {
            concept.put("text", pick(NAMES));
        }
        return concept;
    }

    private Map<String, Object> identifier() {
        Map<String, Object> i = object("value", pick(CODES));
        sometimes(() -> i.put("system", pick(SYSTEMS)));
        return i;
    }

    private Map<String, Object> name() {
        Map<String, Object> n = object("family", pick(NAMES));
        n.put("given", List.of(pick(NAMES), pick(NAMES)));
        return n;
    }

    private Map<String, Object> quantity() {
        Map<String, Object> q = object("value", new BigDecimal(pick(NUMBERS)));
        sometimes(() -> {
            if (random.nextInt(4) == 0) {
                q.put("comparator", pick(List.of("<", "<=", ">", ">=")));
            }
        });
        switch (random.nextInt(6)) {
            case 4 -> q.putAll(object("unit", "gram", "system", "http://unitsofmeasure.org", "code", "g"));
            case 5 -> q.putAll(object("system", "http://unitsofmeasure.org", "code", "kg"));
            case 0 -> q.putAll(object("unit", "mg", "system", "http://unitsofmeasure.org", "code", "mg"));
            case 1 -> q.putAll(object("unit", "beats", "system", "http://unitsofmeasure.org", "code", "/min"));
            case 2 -> q.put("unit", "mg");
            default -> q.putAll(object("system", "http://one", "code", "mg"));
        }
        return q;
    }

    private Map<String, Object> simple() {
        Map<String, Object> q = quantity();
        q.remove("comparator");
        q.remove("unit");
        q.put("system", "http://unitsofmeasure.org");
        q.put("code", "g");
        return q;
    }

    private Map<String, Object> reference(String type) {
        if (random.nextInt(12) == 0) {
            return object("reference", "http://elsewhere/fhir/" + type + "/" + prefix + random.nextInt(4));
        }
        Map<String, Object> r = object("reference", type + "/" + prefix + random.nextInt(4));
        if (random.nextInt(6) == 0) {
            r.put("identifier", identifier());
        }
        if (random.nextInt(6) == 0) {
            r.put("display", pick(NAMES));
        }
        if (random.nextInt(20) == 0) {
            r.remove("reference"); // said, not linked
            r.put("display", pick(NAMES));
        }
        return r;
    }

    // ---------------------------------------------------------------- questions

    /** A {@code _filter} and what it means in plain criteria. */
    record AskedFilter(String text, java.util.function.BiPredicate<NaiveSearch, Map<String, Object>> holds) {}

    AskedFilter filter(String type, int depth) {
        int kind = depth == 0 ? 3 : random.nextInt(5);
        if (kind == 0) {
            AskedFilter one = filter(type, depth - 1);
            return new AskedFilter("not (" + one.text + ")", (n, r) -> !one.holds.test(n, r));
        }
        if (kind <= 2) {
            AskedFilter a = filter(type, depth - 1);
            AskedFilter b = filter(type, depth - 1);
            return kind == 1
                    ? new AskedFilter(
                            "(" + a.text + " and " + b.text + ")", (n, r) -> a.holds.test(n, r) && b.holds.test(n, r))
                    : new AskedFilter(
                            "(" + a.text + " or " + b.text + ")", (n, r) -> a.holds.test(n, r) || b.holds.test(n, r));
        }
        if (type.equals("Observation") && random.nextInt(4) == 0) {
            Asked leaf = leaf("Patient");
            String[] said = leaf.name.split(" ");
            return new AskedFilter(
                    "subject:Patient." + said[0] + " " + said[1] + " " + said[2],
                    (n, r) -> n.matches(r, "subject:Patient." + leaf.name.split(" ", 4)[3], leaf.value));
        }
        Asked leaf = leaf(type);
        String[] said = leaf.name.split(" ", 4);
        return new AskedFilter(said[0] + " " + said[1] + " " + said[2], (n, r) -> n.matches(r, said[3], leaf.value));
    }

    /** As "parameter operator value criterion", the value in JSON, and the value of the criterion. */
    private Asked leaf(String type) {
        Def def = pick(simple(type));
        if (random.nextInt(8) == 0 && !def.code().equals("deceased")) {
            boolean there = random.nextBoolean();
            return new Asked(def.code() + " pr " + there + " " + def.code() + ":missing", String.valueOf(!there));
        }
        String value = value(def, "");
        return switch (def.kind()) {
            case DATE, NUMBER, QUANTITY -> {
                boolean prefixed = value.matches("[a-z]{2}.*");
                String operator = prefixed ? value.substring(0, 2) : "eq";
                yield new Asked(
                        def.code() + " " + operator + " " + json(prefixed ? value.substring(2) : value) + " "
                                + def.code(),
                        value);
            }
            case STRING -> {
                boolean part = random.nextBoolean();
                yield new Asked(
                        def.code() + (part ? " co " : " sw ") + json(value.replaceAll("\\\\([,$|\\\\])", "$1")) + " "
                                + def.code() + (part ? ":contains" : ""),
                        value);
            }
            case REFERENCE -> new Asked(def.code() + " re " + json(value) + " " + def.code(), value);
            default -> new Asked(def.code() + " eq " + json(value) + " " + def.code(), value);
        };
    }

    /** No space is left in it, so that the parts of a test can be told apart. */
    private static String json(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replace(" ", "\\u0020") + '"';
    }

    Asked ask(String type) {
        int kind = random.nextInt(10);
        if (kind == 0) {
            return new Asked("_id", prefix + random.nextInt(20) + "," + prefix + random.nextInt(20));
        }
        if (kind == 1) {
            List<String> ways = Stream.of(
                            "Patient Observation subject",
                            "Patient Condition patient",
                            "Patient Task focus",
                            "Encounter Observation encounter",
                            "Observation Observation has-member",
                            "Patient Patient link",
                            "Condition Task focus",
                            "Task Task part-of",
                            "Encounter Encounter part-of",
                            "Patient Observation performer")
                    .filter(w -> w.startsWith(type + " "))
                    .toList();
            if (ways.isEmpty()) {
                return ask(type);
            }
            String[] way = pick(ways).split(" ");
            Asked inner = ask(pick(simple(way[1])));
            return new Asked("_has:" + way[1] + ":" + way[2] + ":" + inner.name, inner.value);
        }
        if (kind == 2) {
            List<String> ways = Stream.of(
                            "Observation subject Patient",
                            "Observation patient Patient",
                            "Observation encounter Encounter",
                            "Observation performer Practitioner",
                            "Observation has-member Observation",
                            "Condition encounter Encounter",
                            "Condition subject Patient",
                            "Encounter part-of Encounter",
                            "Encounter patient Patient",
                            "Task focus Condition",
                            "Task focus Observation",
                            "Task owner Organization",
                            "Patient general-practitioner Practitioner",
                            "Patient organization Organization",
                            "Patient link Patient",
                            "Task part-of Task")
                    .filter(w -> w.startsWith(type + " "))
                    .toList();
            if (ways.isEmpty()) {
                return ask(type);
            }
            String[] way = pick(ways).split(" ");
            Asked inner = random.nextInt(4) == 0 ? ask(way[2]) : ask(pick(simple(way[2])));
            return new Asked(way[1] + ":" + way[2] + "." + inner.name, inner.value);
        }
        return kind == 3 && random.nextInt(2) == 0 ? askWhole() : ask(pick(simple(type)));
    }

    private Asked askWhole() {
        if (random.nextInt(3) == 0) {
            String lists = prefix + random.nextInt(3);
            return new Asked("_list", random.nextInt(3) == 0 ? lists + "," + prefix + random.nextInt(3) : lists);
        }
        String a = pick(WORDS);
        String b = pick(WORDS).toUpperCase();
        boolean narrative = random.nextBoolean();
        String question = switch (random.nextInt(narrative ? 6 : 5)) {
            case 0 -> a;
            case 1 -> a + " " + b;
            case 2 -> a + " or " + b;
            case 3 -> a + " -" + b;
            case 4 -> a + "," + b;
            default -> '"' + a + " " + b + '"';
        };
        return new Asked(narrative ? "_text" : "_content", question);
    }

    /** Parameters of a type. */
    private static List<Def> simple(String type) {
        return NaiveSearch.of(type);
    }

    private Asked ask(Def def) {
        if (random.nextInt(10) == 0 && !def.code().equals("deceased")) {
            return new Asked(def.code() + ":missing", String.valueOf(random.nextBoolean()));
        }
        if (CODED.contains(def.code()) && random.nextInt(4) == 0) {
            String modifier = pick(List.of(":in", ":not-in", ":above", ":below"));
            String value =
                    modifier.endsWith("in") ? valueSet(random.nextInt(3)) : pick(SYSTEMS) + "|" + escape(pick(CODES));
            return new Asked(def.code() + modifier, value);
        }
        String modifier = "";
        if (def.kind() == Kind.TOKEN && random.nextInt(4) == 0) {
            modifier = random.nextBoolean() && !def.code().equals("deceased") ? ":text" : ":not";
        } else if (def.kind() == Kind.URI && random.nextInt(2) == 0) {
            modifier = random.nextBoolean() ? ":above" : ":below";
        } else if (def.kind() == Kind.STRING && random.nextInt(2) == 0) {
            modifier = random.nextBoolean() ? ":exact" : ":contains";
        } else if (def.kind() == Kind.REFERENCE && random.nextInt(6) == 0) {
            modifier = random.nextBoolean() ? ":identifier" : ":text";
        } else if (def.kind() == Kind.REFERENCE && def.code().equals("subject") && random.nextInt(4) == 0) {
            modifier = ":Patient";
        }
        StringBuilder value = new StringBuilder(value(def, modifier));
        while (random.nextInt(3) == 0) {
            value.append(',').append(value(def, modifier));
        }
        return new Asked(def.code() + modifier, value.toString());
    }

    private String value(Def def, String modifier) {
        if (modifier.equals(":text")) {
            String name = pick(NAMES);
            return escape(name.substring(0, 1 + random.nextInt(name.length())));
        }
        return switch (def.kind()) {
            case NEAR ->
                pick(LATITUDES) + "|" + pick(LONGITUDES)
                        + pick(List.of("", "|2", "|0.5|km", "|1000|m", "|60|[mi_us]", "|3000|", "|20000"));
            case COMPOSITE -> composite(def);
            case TOKEN -> token(def);
            case REFERENCE ->
                switch (modifier) {
                    case ":identifier" -> systemAndCode(false);
                    case ":Patient" -> prefix + random.nextInt(4);
                    default ->
                        switch (random.nextInt(4)) {
                            case 0 -> prefix + random.nextInt(4);
                            case 1 -> "http://elsewhere/fhir/Patient/" + prefix + random.nextInt(4);
                            default ->
                                pick(List.of(
                                                "Patient",
                                                "Practitioner",
                                                "Organization",
                                                "Encounter",
                                                "Observation",
                                                "Condition"))
                                        + "/" + prefix + random.nextInt(4);
                        };
                };
            case STRING -> {
                String name = pick(NAMES);
                int from = modifier.equals(":contains") ? random.nextInt(name.length()) : 0;
                int to = modifier.equals(":exact") ? name.length() : from + 1 + random.nextInt(name.length() - from);
                yield escape(
                        random.nextBoolean()
                                ? name.substring(from, to)
                                : name.substring(from, to).toUpperCase());
            }
            case DATE ->
                pick(PREFIXES)
                        + pick(
                                def.code().equals("birthdate")
                                        ? BIRTHDAYS
                                        : random.nextInt(4) == 0 ? ASKED_TIMES : TIMES);
            case NUMBER -> pick(PREFIXES) + pick(NUMBERS);
            case QUANTITY ->
                (random.nextInt(9) == 0 ? "ap" : pick(PREFIXES))
                        + pick(NUMBERS)
                        + pick(List.of(
                                "",
                                "",
                                "||mg",
                                "||beats",
                                "||/min",
                                "|http://unitsofmeasure.org|mg",
                                "|http://unitsofmeasure.org|g",
                                "|http://unitsofmeasure.org|ug",
                                "|http://unitsofmeasure.org|kg",
                                "|http://unitsofmeasure.org|/min",
                                "|http://one|mg"));
            case URI -> def.code().equals("url") ? pick(URLS) : pick(URIS);
        };
    }

    private String composite(Def def) {
        List<String> parts = new ArrayList<>();
        for (String part : def.paths().subList(1, def.paths().size())) {
            Kind kind = Kind.valueOf(part.substring(0, part.indexOf('/')));
            parts.add(value(new Def(def.type(), "part", kind, List.of()), ""));
        }
        return String.join("$", parts);
    }

    private String token(Def def) {
        return switch (def.code()) {
            case "gender" -> pick(List.of("male", "female", "other", "unknown"));
            case "active", "deceased" -> String.valueOf(random.nextBoolean());
            case "phone" -> pick(List.of("1", "2", "3"));
            case "status" ->
                pick(List.of("final", "amended", "planned", "in-progress", "finished", "requested", "completed"));
            case "intent" -> pick(List.of("order", "plan"));
            default -> systemAndCode(true);
        };
    }

    private String systemAndCode(boolean systemAlone) {
        String code = escape(pick(CODES));
        return switch (random.nextInt(systemAlone ? 4 : 3)) {
            case 0 -> code;
            case 1 -> "|" + code;
            case 2 -> pick(SYSTEMS) + "|" + code;
            default -> pick(SYSTEMS) + "|";
        };
    }

    private static String escape(String text) {
        return text.replaceAll("([,$|\\\\])", "\\\\$1");
    }

    // ---------------------------------------------------------------- chance

    <T> T pick(List<T> pool) {
        return pool.get(random.nextInt(pool.size()));
    }

    boolean chance(int oneIn) {
        return random.nextInt(oneIn) == 0;
    }

    private void sometimes(Runnable action) {
        if (random.nextInt(3) > 0) {
            action.run();
        }
    }

    /** None, one, two or three. */
    private List<Object> list(Supplier<Object> one) {
        List<Object> all = new ArrayList<>();
        int n = Math.max(0, random.nextInt(5) - 1);
        for (int i = 0; i < n; i++) {
            all.add(one.get());
        }
        return all;
    }

    private static Map<String, Object> object(Object... namesAndValues) {
        Map<String, Object> o = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            o.put((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        return o;
    }
}
