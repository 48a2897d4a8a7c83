package io.github.throughcare.fhir.terminology;

import io.github.throughcare.fhir.storage.Reader;
import io.github.throughcare.fhir.storage.Sql;
import io.github.throughcare.fhir.storage.Stored;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * What was worked out of stored resources, together with which versions of them it was read from. Before it is used again one statement
 * asks whether these are still the current ones, so it is never older than the store, whichever process changed it. Thread-safe.
 */
final class Remembered {

    private static final int MOST = 64;

    private final Map<String, Entry> entries = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Entry> eldest) {
            return size() > MOST;
        }
    };

    /** @param versions of all that it was read from, or that could have been, as text */
    private record Entry(Object value, long[] urls, long[] selves, List<String> versions) {}

    /** The same as what {@code work} gives, which reads through what it is handed. */
    @SuppressWarnings("unchecked")
    <T> T of(String question, Reader reader, Function<Reading, T> work) {
        Entry known;
        synchronized (entries) {
            known = entries.get(question);
        }
        if (known != null && known.versions.equals(versions(known.urls, known.selves, reader))) {
            return (T) known.value;
        }
        Reading reading = new Reading(reader);
        T value = work.apply(reading);
        long[] urls = reading.urls.stream().mapToLong(k -> k).toArray();
        long[] selves = reading.selves.stream().mapToLong(k -> k).toArray();
        List<String> versions = reading.versions.stream().sorted().toList();
        synchronized (entries) {
            entries.put(question, new Entry(value, urls, selves, versions));
        }
        return value;
    }

    private static List<String> versions(long[] urls, long[] selves, Reader reader) {
        return reader
                .lines(new Sql(
                        "SELECT r.pk || ' ' || r.ver || ' ' || r.upd FROM token t JOIN resource r ON r.pk = t.pk WHERE t.h = ANY(?)"
                                + " UNION SELECT r.pk || ' ' || r.ver || ' ' || r.upd FROM resource r WHERE r.self = ANY(?)",
                        urls,
                        selves))
                .stream()
                .sorted()
                .toList();
    }

    /** Reads, and notes what. */
    static final class Reading {
        private static final String ROWS =
                "SELECT r.pk, r.type, r.id, r.ver, r.upd, v.codec, v.body FROM %s JOIN version v ON v.pk = r.pk AND v.ver = r.ver WHERE %s = ?";

        private final Reader reader;
        private final Set<Long> urls = new TreeSet<>();
        private final Set<Long> selves = new TreeSet<>();
        private final Set<String> versions = new TreeSet<>();

        Reading(Reader reader) {
            this.reader = reader;
        }

        /** The resources under a key of {@code token}. */
        List<Stored> byUrl(long key) {
            urls.add(key);
            return noted(new Sql(String.format(ROWS, "token t JOIN resource r ON r.pk = t.pk", "t.h"), key));
        }

        /** The resource with this key. */
        List<Stored> bySelf(long key) {
            selves.add(key);
            return noted(new Sql(String.format(ROWS, "resource r", "r.self"), key));
        }

        private List<Stored> noted(Sql sql) {
            List<Stored> rows = new ArrayList<>(reader.select(sql));
            // with its time: a version that was never committed may share its number with one that was
            rows.forEach(r -> versions.add(r.pk() + " " + r.version() + " " + r.updated()));
            return rows;
        }
    }
}
