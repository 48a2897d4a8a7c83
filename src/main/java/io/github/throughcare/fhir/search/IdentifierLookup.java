package io.github.throughcare.fhir.search;

import io.github.throughcare.fhir.index.Keys;
import io.github.throughcare.fhir.storage.Sql;
import io.github.throughcare.fhir.storage.Store;
import java.util.ArrayList;
import java.util.List;

/** Finds resources by {@code identifier=system|value}, many at once and in one statement: what the references of a Bundle ask. */
public final class IdentifierLookup {

    /** One question; the answer is the same as that of the search {@code type?identifier=system|value}. */
    public record Wanted(String type, String system, String value) {}

    private final Store store;
    private final Keys keys;

    public IdentifierLookup(Store store) {
        this.store = store;
        this.keys = store.keys();
    }

    /** The ids of the matches of each, at most two of each, in the order of the questions. */
    public List<List<String>> ids(List<Wanted> wanted, Caller caller) {
        long[] h = wanted.stream()
                .mapToLong(w -> keys.systemCode(w.system(), w.value()) ^ keys.seed(w.type(), "identifier"))
                .toArray();
        Sql sql = new Sql(
                "SELECT k.n || ' ' || x.id FROM unnest(?::bigint[]) WITH ORDINALITY AS k(h, n), LATERAL (SELECT r.id FROM token t"
                        + " JOIN resource r ON r.pk = t.pk WHERE t.h = k.h",
                (Object) h);
        long[] visible = store.visiblePatients(caller.visibility());
        if (visible != null) {
            sql.add(" AND (r.patient IS NULL OR r.patient = ANY(?))", (Object) visible);
        }
        List<List<String>> found = new ArrayList<>();
        wanted.forEach(w -> found.add(new ArrayList<>(1)));
        for (String line : caller.reader().lines(sql.add(" LIMIT 2) x"))) {
            int space = line.indexOf(' ');
            found.get(Integer.parseInt(line.substring(0, space)) - 1).add(line.substring(space + 1));
        }
        return found;
    }
}
