package io.github.throughcare.fhir.index;

import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Reads from the JSON tree of a resource what the index stores of it. Pure; thread-safe. */
public final class Indexer {

    /** Number of the form that the index has; raise it when a resource yields other values than before, and all are indexed anew. */
    public static final int FORM = 5;

    private final TypeIndex.Catalog catalog;
    private final Keys keys;
    private final DateValues dates;
    private final NumberValues numbers;
    private final CodeTexts texts;
    private final CompositeValues composites;
    private final ContainedValues contained;

    /** @param zone for dates without a time zone */
    public Indexer(TypeIndex.Catalog catalog, ZoneId zone) {
        this.catalog = catalog;
        this.keys = catalog.keys();
        this.dates = new DateValues(zone);
        this.numbers = new NumberValues(keys);
        this.texts = new CodeTexts(keys);
        this.composites = new CompositeValues(numbers);
        this.contained = new ContainedValues(catalog, (index, resource, out) -> values(index, resource, null, out));
    }

    /**
     * The index values of a resource.
     *
     * @param id its logical id (a Patient belongs to itself)
     */
    public IndexValues index(String type, String id, ObjectNode resource) {
        TypeIndex index = catalog.of(type);
        IndexValues out = new IndexValues();
        Long patient = patientOf(index, id, resource);
        if (patient != null) {
            out.patient(patient);
        }
        values(index, resource, patient, out);
        if (patient != null && index.isKeyedByPatient("code")) {
            codesOf(patient, index, resource, out);
        }
        contained.index(index, resource, out);
        links(resource, out);
        if (!TypeIndex.RECORDS.contains(type)) {
            for (long self : out.uncovered()) {
                out.token(keys.unlisted(self));
            }
        }
        return out;
    }

    private void values(TypeIndex index, ObjectNode resource, @Nullable Long patient, IndexValues out) {
        CompositeValues.Plain plain = (param, path, node, dataType, to) ->
                value(index, index.compiled(param.code()), path, node, dataType, null, to);
        for (TypeIndex.Compiled c : index.compiled()) {
            List<Composite.Context> beside = index.beside(c.param().code());
            if (!beside.isEmpty()) {
                composites.beside(c, beside, resource, plain, out);
                continue;
            }
            for (Path path : c.paths()) {
                if (path.exists()) {
                    exists(c, path, resource, out);
                } else {
                    path.visit(resource, (node, dataType) -> value(index, c, path, node, dataType, patient, out));
                }
            }
        }
        index.unions().forEach((bit, parts) -> {
            if (parts.stream().anyMatch(out::isPresent)) {
                out.present(bit);
            }
        });
        for (Composite composite : index.composites()) {
            composites.index(composite, index.seed(composite.param().code()), resource, plain, out);
        }
    }

    /** What {@code patient} and {@code code} are searched by together. */
    private void codesOf(long patient, TypeIndex index, ObjectNode resource, IndexValues out) {
        long seed = index.seed("code");
        for (Path path : index.paths("code")) {
            path.visit(resource, (concept, dataType) -> {
                for (JsonNode coding : concept.path("coding")) {
                    String system = textOf(coding, "system");
                    String code = textOf(coding, "code");
                    if (!system.isEmpty() && !code.isEmpty()) {
                        out.token(Keys.ofPatient(patient, keys.systemCode(system, code) ^ seed));
                    }
                }
            });
        }
    }

    private @Nullable Long patientOf(TypeIndex index, String id, ObjectNode resource) {
        if (index.type().equals("Patient")) {
            return keys.self("Patient", id);
        }
        Path path = index.patientPath();
        if (path == null) {
            return null;
        }
        Long[] found = new Long[1];
        path.visit(
                resource,
                (node, dataType) -> LocalReference.of(node)
                        .filter(r -> r.type().equals("Patient"))
                        .ifPresent(r -> found[0] = keys.self("Patient", r.id())));
        return found[0];
    }

    private void exists(TypeIndex.Compiled c, Path path, ObjectNode resource, IndexValues out) {
        boolean[] there = new boolean[1];
        path.visit(resource, (node, dataType) -> there[0] = !(node.isBoolean() && !node.asBoolean()));
        out.present(c.param().bit());
        out.token(keys.code(Boolean.toString(there[0])) ^ c.seed());
    }

    private void value(
            TypeIndex index,
            TypeIndex.Compiled c,
            Path path,
            JsonNode node,
            String dataType,
            @Nullable Long patient,
            IndexValues out) {
        boolean found = switch (c.param().kind()) {
            case TOKEN -> token(index, c, node, dataType, out);
            case REFERENCE -> reference(c, path, node, dataType, patient, out);
            case STRING -> string(c, node, dataType, out);
            case DATE -> dates.date(index, c, node, dataType, out);
            case NUMBER -> numbers.number(c.seed(), node, dataType, out);
            case QUANTITY -> numbers.quantity(c.seed(), node, dataType, List.of(), out);
            case URI -> uri(c, node, out);
            case SPECIAL -> position(c, node, out);
            case COMPOSITE -> false;
        };
        if (found) {
            out.present(c.param().bit());
        }
    }

    // ---------------------------------------------------------------- token

    private boolean token(TypeIndex index, TypeIndex.Compiled c, JsonNode node, String dataType, IndexValues out) {
        switch (dataType) {
            case "CodeableConcept" -> {
                JsonNode codings = node.get("coding");
                boolean any = false;
                if (codings != null) {
                    for (JsonNode coding : codings) {
                        any |= coding(c, coding, "code", out);
                    }
                }
                texts.text(c.seed(), node.get("text"), codings == null ? 0 : texts.lead(c.seed(), codings), out);
                state(index, c, codings == null ? null : first(codings, "code"), out);
                return any || node.has("text");
            }
            case "Coding" -> {
                return coding(c, node, "code", out);
            }
            case "Identifier" -> {
                JsonNode type = node.get("type");
                texts.text(c.seed(), type == null ? null : type.get("text"), 0, out);
                if (type != null && type.get("coding") != null && node.has("value")) {
                    for (JsonNode t : type.get("coding")) {
                        out.filter(
                                keys.ofType(textOf(t, "system"), textOf(t, "code"), textOf(node, "value")) ^ c.seed());
                    }
                }
                return coding(c, node, "value", out);
            }
            case "ContactPoint" -> {
                return coding(c, node, "value", out);
            }
            default -> {
                if (!node.isValueNode()) {
                    return false;
                }
                String code = node.asString();
                // R4 search.html 3.1.1.4.10: where the data type is string, case does not count
                out.token(keys.code(dataType.equals("string") ? Text.fold(code) : code) ^ c.seed());
                state(index, c, code, out);
                return true;
            }
        }
    }

    private static @Nullable String first(JsonNode codings, String field) {
        for (JsonNode coding : codings) {
            if (coding.has(field)) {
                return textOf(coding, field);
            }
        }
        return null;
    }

    private void state(TypeIndex index, TypeIndex.Compiled c, @Nullable String code, IndexValues out) {
        if (code != null && index.isPrincipalState(c.param().code())) {
            out.state(keys.code(code) ^ c.seed());
        }
    }

    private boolean coding(TypeIndex.Compiled c, JsonNode coding, String field, IndexValues out) {
        String system = textOf(coding, "system");
        String code = textOf(coding, field);
        texts.text(c.seed(), coding.get("display"), code.isEmpty() ? 0 : keys.systemCode(system, code) ^ c.seed(), out);
        if (!system.isEmpty()) {
            out.filter(keys.system(system) ^ c.seed());
        }
        if (code.isEmpty()) {
            return !system.isEmpty();
        }
        out.token(keys.systemCode(system, code) ^ c.seed());
        out.token(keys.code(code) ^ c.seed());
        if (c.param().code().startsWith("_")) {
            out.meta(
                    metaSeed(c.seed()),
                    system + BETWEEN + code + BETWEEN + textOf(coding, "display"),
                    keys.systemCode(system, code) ^ c.seed());
        }
        return true;
    }

    /** Stands between the parts of a coding in a text. */
    public static final char BETWEEN = '\u001f';

    /** The seed of the texts of what stands in meta: a uri, or system, code and display with {@link #BETWEEN} between them. */
    public static long metaSeed(long seed) {
        return Long.rotateLeft(seed, 32) ^ 0x6d657461L;
    }

    // ---------------------------------------------------------------- reference, uri

    private boolean reference(
            TypeIndex.Compiled c, Path path, JsonNode node, String dataType, @Nullable Long patient, IndexValues out) {
        if (node.isString()) {
            canonical(c, node.asString(), out);
            return true;
        }
        Optional<LocalReference> local = LocalReference.of(node);
        String url = textOf(node, "reference");
        if (path.referenceTo() != null && !refersTo(path.referenceTo(), local, url, textOf(node, "type"))) {
            return false;
        }
        JsonNode identifier = node.get("identifier");
        if (identifier != null && identifier.has("value")) {
            out.token(keys.logical(textOf(identifier, "system"), textOf(identifier, "value")) ^ c.seed());
            out.token(keys.logical("*", textOf(identifier, "value")) ^ c.seed());
        }
        if (local.isEmpty()) {
            texts.text(c.seed(), node.get("display"), 0, out);
            if (!url.isEmpty() && !url.startsWith("#")) {
                out.token(keys.text(url) ^ c.seed());
            }
            return true;
        }
        LocalReference r = local.get();
        long self = keys.self(r.type(), r.id());
        out.covered(self);
        boolean inColumn = c.patientColumn() && patient != null && self == patient;
        texts.text(c.seed(), node.get("display"), inColumn ? 0 : self ^ c.seed(), out);
        if (!inColumn) {
            out.token(self ^ c.seed());
            if (r.type().equals("Patient")
                    && c.param().compartments().contains("Patient")
                    && (patient == null || self != patient)) {
                out.member(keys.compartment(self));
            }
        }
        return true;
    }

    /** By what it points to, else by what it says it does. */
    private static boolean refersTo(String type, Optional<LocalReference> local, String url, String said) {
        return local.map(r -> r.type().equals(type)).orElse(url.contains("/" + type + "/") || said.equals(type));
    }

    private void canonical(TypeIndex.Compiled c, String url, IndexValues out) {
        out.token(keys.text(url) ^ c.seed());
        int bar = url.indexOf('|');
        if (bar > 0) {
            out.token(keys.text(url.substring(0, bar)) ^ c.seed());
            if (c.param().kind() == ParamKind.REFERENCE) {
                for (int dot = url.indexOf('.', bar); dot > 0; dot = url.indexOf('.', dot + 1)) {
                    out.token(keys.versions(url.substring(0, dot)) ^ c.seed());
                }
                out.token(keys.versions(url) ^ c.seed());
            }
        }
    }

    private boolean uri(TypeIndex.Compiled c, JsonNode node, IndexValues out) {
        if (!node.isString()) {
            return false;
        }
        canonical(c, node.asString(), out);
        if (c.param().code().startsWith("_")) {
            out.meta(metaSeed(c.seed()), node.asString(), keys.text(node.asString()) ^ c.seed());
        } else {
            out.string(c.seed(), node.asString());
        }
        return true;
    }

    // ---------------------------------------------------------------- string

    private boolean string(TypeIndex.Compiled c, JsonNode node, String dataType, IndexValues out) {
        if (node.isString()) {
            String text = node.asString();
            if (text.isBlank()) {
                return false;
            }
            out.string(c.seed(), Text.fold(text));
            out.filter(keys.exact(text) ^ c.seed());
            return true;
        }
        boolean any = false;
        String[] parts = dataType.equals("Address")
                ? new String[] {"text", "line", "city", "district", "state", "postalCode", "country"}
                : new String[] {"text", "family", "given", "prefix", "suffix"};
        for (String part : parts) {
            JsonNode value = node.get(part);
            if (value != null && value.isArray()) {
                for (JsonNode each : value) {
                    any |= string(c, each, "string", out);
                }
            } else if (value != null) {
                any |= string(c, value, "string", out);
            }
        }
        return any;
    }

    // ---------------------------------------------------------------- position, links

    /** {@code Location.near}: a row of numbers with the latitude as lo and the longitude as hi, in degrees. */
    private static boolean position(TypeIndex.Compiled c, JsonNode node, IndexValues out) {
        JsonNode latitude = node.get("latitude");
        JsonNode longitude = node.get("longitude");
        if (latitude == null || longitude == null || !latitude.isNumber() || !longitude.isNumber()) {
            return false;
        }
        out.number(new IndexValues.Num(c.seed(), latitude.doubleValue(), longitude.doubleValue(), 0, 0, List.of()));
        return true;
    }

    private void links(JsonNode node, IndexValues out) {
        JsonNode r = node.get("reference");
        if (r != null && r.isString()) {
            LocalReference.parse(r.asString()).ifPresent(l -> out.link(keys.self(l.type(), l.id())));
        }
        for (JsonNode child : node) {
            if (child.isContainer()) {
                links(child, out);
            }
        }
    }

    static String textOf(JsonNode node, String field) {
        JsonNode value = node.get(field);
        return value == null || !value.isValueNode() ? "" : value.asString();
    }
}
