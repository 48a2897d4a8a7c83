package io.github.throughcare.fhir.terminology;

import static io.github.throughcare.fhir.terminology.Concepts.text;

import io.github.throughcare.fhir.Problem;
import io.github.throughcare.fhir.index.LocalReference;
import io.github.throughcare.fhir.index.TypeIndex;
import io.github.throughcare.fhir.storage.Reader;
import io.github.throughcare.fhir.storage.Stored;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What the ValueSets and CodeSystems of this server say, never older than the store ({@link Remembered}). Thread-safe.
 */
public final class Terminology {

    /** Codes of one value set; more would make a search of more keys than it is good for. */
    static final int MOST = 10_000;

    /** One code; the system may be empty. */
    public record Code(String system, String code) {}

    private final TypeIndex.Catalog catalog;
    private final JsonMapper mapper;
    private final Consumer<String> ready;
    private final Remembered remembered = new Remembered();

    /** @param ready throws while the index of a type cannot be searched */
    public Terminology(TypeIndex.Catalog catalog, JsonMapper mapper, Consumer<String> ready) {
        this.catalog = catalog;
        this.ready = ready;
        this.mapper = mapper;
    }

    /**
     * All codes of a value set (R4 valueset.html 4.9.5).
     *
     * @param valueSet its canonical URL, with or without {@code |version}, or {@code ValueSet/id}
     * @throws Problem 400 when it is not stored here, cannot be expanded from what is stored here, or is too large
     */
    public Set<Code> expand(String valueSet, Reader reader) {
        return remembered.of(
                "ValueSet " + valueSet, reader, reading -> Set.copyOf(new Expansion(reading).valueSet(valueSet)));
    }

    /** The code and all below it. {@link Problem} 400 for a system or code that is not known here. */
    public Set<String> below(String system, String code, Reader reader) {
        return system(system, reader).below(code);
    }

    /** The code and all above it. */
    public Set<String> above(String system, String code, Reader reader) {
        return system(system, reader).above(code);
    }

    private Concepts system(String system, Reader reader) {
        return remembered.of("CodeSystem " + system, reader, reading -> concepts(system, null, reading));
    }

    private Concepts concepts(String system, @Nullable String version, Remembered.Reading reader) {
        String wanted = version == null || system.contains("|") ? system : system + "|" + version;
        return new Concepts(system, resource("CodeSystem", wanted, reader));
    }

    /** The stored resource with this canonical: the version asked for, else an active one, else whichever was changed last. */
    private JsonNode resource(String type, String canonical, Remembered.Reading reader) {
        int bar = canonical.indexOf('|');
        String url = bar < 0 ? canonical : canonical.substring(0, bar);
        String version = bar < 0 ? null : canonical.substring(bar + 1);
        LocalReference local = LocalReference.parse(canonical).orElse(null);
        List<Stored> rows;
        if (local != null && local.type().equals(type)) {
            rows = reader.bySelf(catalog.keys().self(type, local.id()));
        } else {
            ready.accept(type);
            rows = reader.byUrl(catalog.keys().text(url) ^ catalog.of(type).seed("url"));
        }
        return rows.stream()
                .sorted(Comparator.comparingLong(Stored::updated).reversed())
                .map(r -> mapper.readTree(r.requireJson()))
                .filter(r -> version == null || text(r, "version").equals(version))
                .min(Comparator.comparing(r -> !text(r, "status").equals("active")))
                .orElseThrow(() ->
                        new Problem(400, IssueType.NOTFOUND, type + " " + canonical + " is not stored on this server"));
    }

    /** One expansion: what it has read, and what it is in the middle of. */
    private final class Expansion {
        private final Remembered.Reading reader;
        private final Set<String> open = new HashSet<>();
        private final Map<String, Concepts> systems = new HashMap<>();

        Expansion(Remembered.Reading reader) {
            this.reader = reader;
        }

        Set<Code> valueSet(String canonical) {
            if (!open.add(canonical)) {
                throw cannot(canonical, "it includes itself");
            }
            JsonNode resource = resource("ValueSet", canonical, reader);
            JsonNode compose = resource.get("compose");
            Set<Code> all = new LinkedHashSet<>();
            if (compose == null) {
                all.addAll(stored(canonical, resource.get("expansion")));
            } else {
                try {
                    compose(canonical, compose, all);
                } catch (Problem p) {
                    if (resource.get("expansion") == null) {
                        throw p;
                    }
                    all.clear();
                    all.addAll(stored(canonical, resource.get("expansion")));
                }
            }
            open.remove(canonical);
            return bounded(canonical, all);
        }

        private void compose(String canonical, JsonNode compose, Set<Code> all) {
            JsonNode includes = compose.get("include");
            if (includes == null) {
                throw cannot(canonical, "its compose has no include");
            }
            for (JsonNode include : includes) {
                all.addAll(part(canonical, include));
                bounded(canonical, all);
            }
            JsonNode excludes = compose.get("exclude");
            if (excludes != null) {
                for (JsonNode exclude : excludes) {
                    Set<Code> gone = part(canonical, exclude);
                    all.removeAll(gone);
                }
            }
        }

        /** An expansion that came with the value set, if it is whole. */
        private Set<Code> stored(String canonical, @Nullable JsonNode expansion) {
            if (expansion == null) {
                throw cannot(canonical, "it has neither compose nor expansion");
            }
            Set<Code> all = new LinkedHashSet<>();
            int entries = contains(expansion.get("contains"), all);
            JsonNode total = expansion.get("total");
            boolean partial = text(expansion, "offset").matches("[1-9]\\d*")
                    || total != null && total.asInt() > entries
                    || expansion.toString().contains("valueset-toocostly");
            if (partial) {
                throw cannot(canonical, "only a part of its expansion is stored");
            }
            return all;
        }

        private int contains(@Nullable JsonNode list, Set<Code> all) {
            int entries = 0;
            if (list != null) {
                for (JsonNode c : list) {
                    entries++;
                    if (!text(c, "code").isEmpty() && !text(c, "abstract").equals("true")) {
                        all.add(new Code(text(c, "system"), text(c, "code")));
                    }
                    entries += contains(c.get("contains"), all);
                }
            }
            return entries;
        }

        /** One include or exclude: its system, narrowed to codes or filters, and all of its value sets at once. */
        private Set<Code> part(String canonical, JsonNode include) {
            Set<Code> found = null;
            String system = text(include, "system");
            if (!system.isEmpty()) {
                found = new LinkedHashSet<>();
                JsonNode listed = include.get("concept");
                JsonNode filters = include.get("filter");
                if (listed != null) {
                    for (JsonNode c : listed) {
                        found.add(new Code(system, text(c, "code")));
                    }
                } else {
                    Concepts concepts = system(system, text(include, "version"));
                    Set<String> codes = new LinkedHashSet<>(concepts.codes());
                    if (filters != null) {
                        for (JsonNode f : filters) {
                            codes.retainAll(filter(canonical, concepts, f));
                        }
                    }
                    for (String code : codes) {
                        found.add(new Code(system, code));
                    }
                }
            }
            JsonNode valueSets = include.get("valueSet");
            if (valueSets != null) {
                for (JsonNode other : valueSets) {
                    Set<Code> codes = valueSet(other.asString());
                    if (found == null) {
                        found = new LinkedHashSet<>(codes);
                    } else {
                        found.retainAll(codes);
                    }
                }
            }
            if (found == null) {
                throw cannot(canonical, "an include names neither a system nor a value set");
            }
            return found;
        }

        private Set<String> filter(String canonical, Concepts concepts, JsonNode f) {
            String property = text(f, "property");
            String value = text(f, "value");
            boolean concept = property.equals("concept") || property.equals("code");
            switch (concept ? text(f, "op") : "") {
                case "is-a" -> {
                    return concepts.below(value);
                }
                case "descendent-of" -> {
                    Set<String> below = new HashSet<>(concepts.below(value));
                    below.remove(value);
                    return below;
                }
                case "is-not-a" -> {
                    Set<String> rest = new HashSet<>(concepts.codes());
                    rest.removeAll(concepts.below(value));
                    return rest;
                }
                case "generalizes" -> {
                    return concepts.above(value);
                }
                case "=" -> {
                    return Set.of(value);
                }
                case "in" -> {
                    return Set.of(value.split("\\s*,\\s*"));
                }
                default ->
                    throw cannot(
                            canonical,
                            "its filter " + property + " " + text(f, "op") + " " + value
                                    + " is none of concept is-a, descendent-of, is-not-a, generalizes, =, in");
            }
        }

        private Concepts system(String url, String version) {
            return systems.computeIfAbsent(
                    url + "|" + version, k -> concepts(url, version.isEmpty() ? null : version, reader));
        }

        private Set<Code> bounded(String canonical, Set<Code> codes) {
            if (codes.size() > MOST) {
                throw new Problem(
                        400,
                        IssueType.TOOCOSTLY,
                        "ValueSet " + canonical + " has more than " + MOST + " codes; search by a narrower one");
            }
            return codes;
        }

        private Problem cannot(String canonical, String why) {
            return new Problem(
                    400,
                    IssueType.NOTSUPPORTED,
                    "ValueSet " + canonical + " cannot be expanded from what is stored on this server: " + why);
        }
    }
}
