package io.github.throughcare.fhir.index;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The registry: every search parameter of every R4 type, and those of stored SearchParameter resources. Read from {@code fhir/r4-search-parameters.tsv}, which a test holds
 * against HAPI's own definitions; reading the table takes milliseconds where scanning the model classes takes seconds.
 */
public final class SearchParameters {

    /** Parameters that every type has beside its own; {@code _id} and {@code _lastUpdated} are columns and have no index values. */
    private static final List<String[]> COMMON = List.of(
            new String[] {"_id", "token", "id"},
            new String[] {"_lastUpdated", "date", "meta.lastUpdated"},
            new String[] {"_profile", "uri", "meta.profile"},
            new String[] {"_security", "token", "meta.security"},
            new String[] {"_source", "uri", "meta.source"},
            new String[] {"_tag", "token", "meta.tag"});

    private final Map<String, Map<String, Param>> r4;
    private volatile Known known;

    /**
     * @param searched by type and code, what can be searched by
     * @param own by type and code, own parameters that are indexed or about to be
     * @param pointing by target type, the reference parameters that may point to it
     */
    private record Known(
            Map<String, Map<String, Param>> searched,
            Map<String, Map<String, OwnParameter>> own,
            Map<String, List<Param>> pointing) {}

    private SearchParameters(Map<String, Map<String, Param>> byType) {
        this.r4 = byType;
        this.known = new Known(byType, Map.of(), new ConcurrentHashMap<>());
    }

    /** Takes over which own parameters there are; those that are gone count as not there. */
    void own(Collection<OwnParameter> all) {
        Map<String, Map<String, Param>> searched = new TreeMap<>(r4);
        Map<String, Map<String, OwnParameter>> own = new HashMap<>();
        for (OwnParameter o : all) {
            if (o.state() == OwnParameter.State.GONE) {
                continue;
            }
            own.computeIfAbsent(o.type(), t -> new TreeMap<>()).put(o.code(), o);
            if (o.state() == OwnParameter.State.ACTIVE) {
                Map<String, Param> mine = new LinkedHashMap<>(searched.get(o.type()));
                mine.put(o.code(), o.param());
                searched.put(o.type(), mine);
            }
        }
        known = new Known(searched, own, new ConcurrentHashMap<>());
    }

    /** The own parameters of a type by their codes, those that are being built among them. */
    public Map<String, OwnParameter> own(String type) {
        return known.own.getOrDefault(type, Map.of());
    }

    /** The parameters that R4 gives a type. */
    Collection<Param> base(String type) {
        return r4.getOrDefault(type, Map.of()).values();
    }

    /** The parameter that R4 has under this code, or null. */
    @Nullable
    Param base(String type, String code) {
        return r4.getOrDefault(type, Map.of()).get(code);
    }

    /** Another object whenever what can be searched by has changed. */
    public Object revision() {
        return known;
    }

    /** Bits that R4's own parameters of a type take: 0 up to this, exclusive. */
    public int bits(String type) {
        return base(type).size();
    }

    /** The parameters of R4 (4.0.1). */
    public static SearchParameters r4() {
        Map<String, Map<String, Param>> all = new TreeMap<>();
        try (BufferedReader in = new BufferedReader(new InputStreamReader(
                Objects.requireNonNull(SearchParameters.class.getResourceAsStream("/fhir/r4-search-parameters.tsv")),
                StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                if (!line.startsWith("#") && !line.isBlank()) {
                    add(all, line.split("\t", -1));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new SearchParameters(all);
    }

    private static void add(Map<String, Map<String, Param>> all, String[] row) {
        Map<String, Param> own = all.computeIfAbsent(row[0], SearchParameters::common);
        if (row.length > 3) {
            own.put(
                    row[1],
                    new Param(
                            row[0],
                            row[1],
                            ParamKind.valueOf(row[2].toUpperCase(java.util.Locale.ROOT)),
                            row[3],
                            row.length > 4 ? set(row[4]) : Set.of(),
                            row.length > 5 ? List.copyOf(set(row[5])) : List.of(),
                            own.size()));
        }
    }

    private static Map<String, Param> common(String type) {
        Map<String, Param> own = new LinkedHashMap<>();
        for (String[] c : COMMON) {
            own.put(
                    c[0],
                    new Param(
                            type,
                            c[0],
                            ParamKind.valueOf(c[1].toUpperCase(java.util.Locale.ROOT)),
                            type + "." + c[2],
                            Set.of(),
                            List.of(),
                            own.size()));
        }
        return own;
    }

    private static Set<String> set(String commaSeparated) {
        return commaSeparated.isEmpty() ? Set.of() : Set.copyOf(Arrays.asList(commaSeparated.split(",")));
    }

    /** All resource types, in alphabetical order. */
    public Set<String> types() {
        return Collections.unmodifiableSet(r4.keySet());
    }

    public boolean isType(String name) {
        return r4.containsKey(name);
    }

    /** All parameters of a type; none for what is no type. */
    public Collection<Param> of(String type) {
        return Collections.unmodifiableCollection(
                known.searched.getOrDefault(type, Map.of()).values());
    }

    public Optional<Param> find(String type, String code) {
        return Optional.ofNullable(known.searched.getOrDefault(type, Map.of()).get(code));
    }

    /** All reference parameters, of any type, that may point to this type: what {@code _revinclude} and referential integrity ask. */
    public List<Param> pointingTo(String target) {
        Known now = known;
        return now.pointing.computeIfAbsent(target, t -> {
            List<Param> found = new ArrayList<>();
            now.searched
                    .values()
                    .forEach(m -> m.values().stream()
                            .filter(p -> p.kind() == ParamKind.REFERENCE && p.targets(t))
                            .forEach(found::add));
            return List.copyOf(found);
        });
    }
}
