package io.github.throughcare.fhir.search;

import io.github.throughcare.fhir.Problem;
import io.github.throughcare.fhir.index.Indexer;
import io.github.throughcare.fhir.index.Keys;
import io.github.throughcare.fhir.storage.Sql;
import io.github.throughcare.fhir.storage.Store;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.jspecify.annotations.Nullable;

/** Which profiles, security labels and tags the current resources of a type, or of all, carry. From the index: no resource is read. */
public final class LabelsInUse {

    /** More are refused. */
    static final int MOST = 10_000;

    /** What stands in meta of some current resource, each once. */
    public record Labels(List<String> profiles, List<Label> security, List<Label> tags) {}

    /** A coding; what it does not have is empty. */
    public record Label(String system, String code, String display) {}

    private final Store store;
    private final Keys keys;

    public LabelsInUse(Store store) {
        this.store = store;
        this.keys = store.keys();
    }

    /**
     * The labels in the order of their texts.
     *
     * @param type null: all
     * @throws Problem 400 {@code too-costly} for more than {@value #MOST} of a kind; 503 while the index is made anew
     */
    public Labels of(@Nullable String type, Caller caller) {
        Collection<String> types = type == null ? new TreeSet<>(store.types().all()) : List.of(type);
        Searches.checkIndex(store, types);
        return new Labels(
                texts("_profile", types, caller).distinct().toList(),
                codings("_security", types, caller),
                codings("_tag", types, caller));
    }

    /** The same system and code once, whatever displays it was written with. */
    private List<Label> codings(String code, Collection<String> types, Caller caller) {
        TreeMap<String, Label> found = new TreeMap<>();
        texts(code, types, caller).forEach(text -> {
            String[] parts = text.split(String.valueOf(Indexer.BETWEEN), 3);
            if (parts.length > 1) {
                found.putIfAbsent(
                        parts[0] + Indexer.BETWEEN + parts[1],
                        new Label(parts[0], parts[1], parts.length > 2 ? parts[2] : ""));
            }
        });
        return List.copyOf(found.values());
    }

    private Stream<String> texts(String code, Collection<String> types, Caller caller) {
        long[] seeds = types.stream()
                .mapToLong(t -> Indexer.metaSeed(keys.seed(t, code)))
                .toArray();
        Sql sql = new Sql(
                "SELECT DISTINCT m.v FROM term m WHERE m.h = ANY(?) AND coalesce((SELECT true FROM token t",
                (Object) seeds);
        long[] visible = store.visiblePatients(caller.visibility());
        if (visible != null) {
            sql.add(" JOIN resource r ON r.pk = t.pk AND (r.patient IS NULL OR r.patient = ANY(?))", (Object) visible);
        }
        List<String> texts =
                caller.reader().lines(sql.add(" WHERE t.h = m.lead LIMIT 1), false) ORDER BY m.v LIMIT ?", MOST + 1));
        if (texts.size() > MOST) {
            throw new Problem(
                    400,
                    IssueType.TOOCOSTLY,
                    "There are more than " + MOST + " different labels of " + code + "; ask one type, or search by "
                            + code);
        }
        return texts.stream();
    }
}
