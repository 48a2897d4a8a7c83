package io.github.throughcare.fhir.search;

import io.github.throughcare.fhir.Problem;
import io.github.throughcare.fhir.index.SortText;
import io.github.throughcare.fhir.search.SearchRequest.Sort;
import io.github.throughcare.fhir.storage.Stored;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Sorts by values that stand in the resources only (codes, references): every match is read, so there is a bound on them. The order
 * is the one SQL has for the other keys, and the page continues from a cursor in the same way.
 */
final class BodySort {

    private final List<Sort> sorts;
    private final JsonMapper mapper;
    private final int most;

    /** @param most matches that may be sorted so */
    BodySort(List<Sort> sorts, JsonMapper mapper, int most) {
        this.sorts = sorts;
        this.mapper = mapper;
        this.most = most;
    }

    static boolean isNeeded(List<Sort> sorts) {
        return sorts.stream().anyMatch(s -> s.body() != null);
    }

    private record Line(Stored stored, List<String> keys) {}

    /**
     * A page of them.
     *
     * @param all every match, with the values of the SQL keys, separated by U+001F
     * @return at most {@code limit}, each with all its sort values and the number of all matches as its sort key
     * @throws Problem 400 {@code too-costly} beyond the bound
     */
    List<Stored> page(List<Stored> all, int limit, @Nullable Cursor after) {
        if (all.size() > most) {
            throw new Problem(
                    400,
                    IssueType.TOOCOSTLY,
                    "More than " + most + " resources match, too many to sort by a code or a reference;"
                            + " narrow the search, or sort by a date, string, number or uri");
        }
        return all.stream()
                .map(this::line)
                .filter(l -> after == null || compare(l.keys, l.stored.pk(), after.keys(), after.pk()) > 0)
                .sorted(Comparator.comparing(l -> l, (a, b) -> compare(a.keys, a.stored.pk(), b.keys, b.stored.pk())))
                .limit(limit)
                .map(l -> with(l.stored, String.join("\u001f", l.keys) + "\u001f" + all.size()))
                .toList();
    }

    private Line line(Stored s) {
        String[] known = String.valueOf(s.sortKey()).split("\u001f", -1);
        ObjectNode resource = (ObjectNode) mapper.readTree(s.requireJson());
        List<String> keys = new ArrayList<>();
        for (int i = 0; i < sorts.size(); i++) {
            Sort sort = sorts.get(i);
            keys.add(
                    sort.body() == null
                            ? known[i]
                            : sort.body()
                                    .of(s.type(), resource)
                                    .map(v -> v.replace('\u001f', ' '))
                                    .orElse(sort.descending() ? "" : Character.toString(Character.MAX_CODE_POINT)));
        }
        return new Line(s, keys);
    }

    private int compare(List<String> a, long pkA, List<String> b, long pkB) {
        for (int i = 0; i < sorts.size(); i++) {
            Sort sort = sorts.get(i);
            int c = switch (sort.sqlType()) {
                case "bigint" -> Long.compare(Long.parseLong(a.get(i)), Long.parseLong(b.get(i)));
                case "float8" -> Double.compare(Double.parseDouble(a.get(i)), Double.parseDouble(b.get(i)));
                default -> SortText.compare(a.get(i), b.get(i));
            };
            if (c != 0) {
                return sort.descending() ? -c : c;
            }
        }
        return sorts.get(sorts.size() - 1).descending() ? Long.compare(pkB, pkA) : Long.compare(pkA, pkB);
    }

    private static Stored with(Stored s, String sortKey) {
        return new Stored(s.pk(), s.type(), s.id(), s.version(), s.updated(), s.method(), s.json(), sortKey);
    }
}
