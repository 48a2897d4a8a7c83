package io.github.throughcare.fhir.storage;

import io.github.throughcare.fhir.index.IndexValues;
import io.github.throughcare.fhir.index.Interval;
import java.util.List;

/** Rows of {@code resource}: scalar columns as they are, the two array columns as slices of one long array each. */
final class ResourceRows extends BatchTable {
    static final String COLUMNS =
            "pk, upd, self, patient, sdate, edate, state, present, digest, side, ver, type, id, tokens, links";
    /**
     * What an update may change. What it never changes must not be assigned either: an index on columns that are not assigned may
     * clear away its entries of the versions before, instead of splitting its pages.
     */
    static final String CHANGED = "upd, patient, sdate, edate, state, present, digest, side, ver, tokens, links";

    private static final String NAMES =
            "pk, upd, self, patient, sdate, edate, state, present, digest, side, ver, type, id, t0, t1, l0, l1";
    private static final String SCALARS =
            "x.pk, x.upd, x.self, x.patient, x.sdate, x.edate, x.state, x.present, x.digest, x.side, x.ver, x.type, x.id,";
    private static final String CHANGED_SCALARS =
            "x.upd, x.patient, x.sdate, x.edate, x.state, x.present, x.digest, x.side, x.ver,";

    /** The columns of the rows in {@link #from()}. */
    String select() {
        return SCALARS + arrays();
    }

    /** The {@link #CHANGED} columns of the rows in {@link #from()}. */
    String changed() {
        return CHANGED_SCALARS + arrays();
    }

    /** A single row has its arrays as they are. */
    private String arrays() {
        return size() == 1 ? " a.tokens, a.links" : " a.tokens[x.t0:x.t1], a.links[x.l0:x.l1]";
    }

    String from() {
        return " FROM (#) AS x(" + NAMES + "), (SELECT ?::bigint[] AS tokens, ?::bigint[] AS links OFFSET 0) a";
    }

    final Column tokens = new Column("bigint");
    final Column links = new Column("bigint");

    ResourceRows() {
        super(
                "bigint",
                "bigint",
                "bigint",
                "bigint",
                "bigint",
                "bigint",
                "bigint",
                "bigint",
                "bigint",
                "bigint",
                "integer",
                "smallint",
                "text",
                "integer",
                "integer",
                "integer",
                "integer");
    }

    @Override
    List<Column> sliced() {
        return List.of(tokens, links);
    }

    void add(WriteBatch.Line l) {
        IndexValues v = l.index();
        Interval date = v.principal();
        int t0 = tokens.size() + 1;
        int l0 = links.size() + 1;
        tokens.addAll(l.tokens());
        links.addAll(v.links());
        add(
                l.pk(),
                l.updated(),
                l.self(),
                v.patient(),
                date == null ? Interval.MISSING : date.lo(),
                date == null ? Interval.MISSING : date.hi(),
                v.state(),
                v.present(),
                l.digest(),
                l.side(),
                l.version(),
                (short) l.type(),
                l.id(),
                t0,
                tokens.size(),
                l0,
                links.size());
    }
}
