package io.github.throughcare.fhir.storage;

import io.github.throughcare.fhir.Problem;
import io.github.throughcare.fhir.index.Keys;
import io.github.throughcare.fhir.index.LocalReference;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Holds literal local references to what is there (docs/storage.md). The statement that writes also locks what the writes newly refer to
 * against deletion (KEY SHARE) and says which of it it found, so this costs no round trip; a deletion then asks who refers to what it
 * took away, after it has its lock. So of a deletion and a write that refers to its target one comes first and the other is refused.
 */
final class ReferentialIntegrity {

    private static final int MOST_NAMED = 10;

    private static final String REFERRERS =
            "SELECT s.self, r.type, r.id, r.patient FROM unnest(?::bigint[]) AS s(self), LATERAL ("
                    + "(SELECT t.pk FROM unnest(?::bigint[]) AS d(seed),"
                    + " LATERAL (SELECT pk FROM token WHERE h = s.self # d.seed LIMIT 3) t LIMIT 5)"
                    + " UNION (SELECT pk FROM resource WHERE patient = s.self LIMIT 5)) x JOIN resource r ON r.pk = x.pk LIMIT 20";

    private final ReferencePolicy configured;
    private final Keys keys;
    private final Types types;
    private final Supplier<long[]> seeds;
    private volatile long @Nullable [] known;

    /** @param seeds of every parameter under which a reference can stand in {@code token} */
    ReferentialIntegrity(ReferencePolicy policy, Keys keys, Types types, Supplier<long[]> seeds) {
        this.configured = policy;
        this.keys = keys;
        this.types = types;
        this.seeds = seeds;
    }

    private long[] seeds() {
        long[] now = known;
        if (now == null) {
            now = seeds.get();
            known = now;
        }
        return now;
    }

    /** Begins the check of the writes of one call. */
    Check begin(List<Write> writes, boolean held) {
        return new Check(writes, held ? configured : ReferencePolicy.OFF);
    }

    final class Check {
        private final List<Write> writes;
        private final ReferencePolicy policy;
        /** What these writes leave alive (true) or delete (false). */
        private final Map<Long, Boolean> here = new HashMap<>();

        private final Set<Long> asked = new HashSet<>();
        private final Set<Long> missing = new HashSet<>();
        private final Set<Long> gone = new HashSet<>();
        private final List<Long> deleted = new ArrayList<>();

        private Check(List<Write> writes, ReferencePolicy policy) {
            this.writes = writes;
            this.policy = policy;
            if (policy != ReferencePolicy.OFF) {
                writes.forEach(w -> here.put(keys.self(w.type(), w.id()), w.body() != null));
            }
        }

        /** @param before what the version before referred to already: no new version makes that worse */
        void refers(long[] links, long[] before, WriteBatch batch) {
            if (policy == ReferencePolicy.OFF) {
                return;
            }
            for (long link : links) {
                Boolean alive = here.get(link);
                if (Boolean.FALSE.equals(alive)) {
                    missing.add(link);
                } else if (alive == null && Arrays.binarySearch(before, link) < 0 && asked.add(link)) {
                    missing.add(link);
                    batch.need(link);
                }
            }
        }

        void deletes(long self) {
            deleted.add(self);
        }

        /** Whether nothing is left to say when everything that this batch needs is there. */
        boolean isLeftTo(WriteBatch batch) {
            return policy != ReferencePolicy.WARN
                    && (deleted.isEmpty() || policy == ReferencePolicy.OFF)
                    && missing.size() == batch.needs();
        }

        /** What the statement found of what it was to look for. */
        void found(List<Long> selves) {
            selves.forEach(missing::remove);
        }

        /**
         * The verdict, when all is written.
         *
         * @return warnings by the number of the write
         * @throws Problem 422 for references that do not resolve, 409 for deletions of what is referred to
         */
        Map<Integer, List<String>> finish(Connection c, long @Nullable [] visible) throws SQLException {
            Map<Integer, List<String>> warnings = new HashMap<>();
            if (!missing.isEmpty()) {
                long[] selves = missing.stream().mapToLong(Long::longValue).toArray();
                for (long self :
                        JdbcReader.numbers(c, new Sql("SELECT self FROM gone WHERE self = ANY(?)", (Object) selves))) {
                    gone.add(self);
                }
                unresolved(warnings);
            }
            if (!deleted.isEmpty() && policy != ReferencePolicy.OFF) {
                referred(c, visible, warnings);
            }
            return warnings;
        }

        private void unresolved(Map<Integer, List<String>> warnings) {
            List<Problem.Issue> issues = new ArrayList<>();
            for (int i = 0; i < writes.size() && issues.size() < MOST_NAMED; i++) {
                Write w = writes.get(i);
                if (w.body() != null) {
                    List<Problem.Issue> own = new ArrayList<>();
                    String start = w.place() == null ? w.type() : w.place() + ".resource.ofType(" + w.type() + ")";
                    walk(w.body(), start, own);
                    issues.addAll(own);
                    if (!own.isEmpty()) {
                        warnings.put(i, own.stream().map(Problem.Issue::text).toList());
                    }
                }
            }
            if (policy == ReferencePolicy.ENFORCE && !issues.isEmpty()) {
                throw new Problem(422, issues.subList(0, Math.min(MOST_NAMED, issues.size())));
            }
        }

        /** A version stays in history when its resource is deleted. */
        private boolean isMissing(long self, String reference) {
            return missing.contains(self) && !(gone.contains(self) && reference.contains("/_history/"));
        }

        private void walk(JsonNode node, String path, List<Problem.Issue> issues) {
            JsonNode reference = node.get("reference");
            if (reference != null && reference.isString() && issues.size() < MOST_NAMED) {
                LocalReference.parse(reference.asString())
                        .filter(l -> isMissing(keys.self(l.type(), l.id()), reference.asString()))
                        .ifPresent(l -> issues.add(new Problem.Issue(
                                IssueType.BUSINESSRULE,
                                "There is no " + l
                                        + " here, neither in this request nor stored: store it first, or in the"
                                        + " same transaction",
                                path + ".reference")));
            }
            node.properties().forEach(e -> {
                JsonNode child = e.getValue();
                if (child.isObject()) {
                    walk(child, path + "." + e.getKey(), issues);
                } else if (child.isArray()) {
                    for (int i = 0; i < child.size(); i++) {
                        walk(child.get(i), path + "." + e.getKey() + "[" + i + "]", issues);
                    }
                }
            });
        }

        private void referred(Connection c, long @Nullable [] visible, Map<Integer, List<String>> warnings)
                throws SQLException {
            Map<Long, Set<String>> referrers = new HashMap<>();
            long[] selves = deleted.stream().mapToLong(Long::longValue).toArray();
            try (PreparedStatement s = JdbcReader.prepare(c, new Sql(REFERRERS, selves, seeds()));
                    ResultSet rows = s.executeQuery()) {
                while (rows.next()) {
                    long patient = rows.getLong(4);
                    boolean named = JdbcWriter.isVisible(rows.wasNull() ? null : Long.valueOf(patient), visible);
                    referrers
                            .computeIfAbsent(rows.getLong(1), k -> new HashSet<>())
                            .add(named ? types.name(rows.getShort(2)) + "/" + rows.getString(3) : "another resource");
                }
            }
            List<Problem.Issue> issues = new ArrayList<>();
            for (int i = 0; i < writes.size(); i++) {
                Write w = writes.get(i);
                Set<String> who = w.body() == null ? referrers.get(keys.self(w.type(), w.id())) : null;
                if (who != null) {
                    String text = w.type() + "/" + w.id() + " is referred to by "
                            + String.join(", ", who.stream().sorted().limit(5).toList())
                            + (who.size() >= 5 ? " and perhaps others" : "");
                    issues.add(new Problem.Issue(
                            IssueType.CONFLICT,
                            text + ": change or delete those first, or in the same transaction",
                            w.place()));
                    warnings.put(i, List.of(text));
                }
            }
            if (policy == ReferencePolicy.ENFORCE && !issues.isEmpty()) {
                throw new Problem(409, issues);
            }
        }
    }
}
