package io.github.throughcare.fhir.storage;

import io.github.throughcare.fhir.index.IndexValues;
import java.util.List;

/** Rows of {@code idx_number}; few have anything in {@code also}. */
final class NumberRows extends BatchTable {
    static final String SELECT =
            "x.h, x.lo, x.hi, x.unit, x.code, x.pk, CASE WHEN x.a1 >= x.a0 THEN a.also[x.a0:x.a1] END";
    static final String FROM = "(#) AS x(h, lo, hi, unit, code, pk, a0, a1), (SELECT ?::bigint[] AS also OFFSET 0) a";

    final Column also = new Column("bigint");

    NumberRows() {
        super("bigint", "float8", "float8", "bigint", "bigint", "bigint", "integer", "integer");
    }

    void add(IndexValues.Num n, long pk) {
        int from = also.size() + 1;
        for (long key : n.also()) {
            also.add(key);
        }
        add(n.h(), n.lo(), n.hi(), n.unit(), n.code(), pk, from, also.size());
    }

    @Override
    List<Column> sliced() {
        return List.of(also);
    }
}
