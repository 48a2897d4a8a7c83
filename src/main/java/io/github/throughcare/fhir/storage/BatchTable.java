package io.github.throughcare.fhir.storage;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Rows as columns. */
class BatchTable {
    final Column[] columns;

    BatchTable(String... sqlTypes) {
        columns = Arrays.stream(sqlTypes).map(Column::new).toArray(Column[]::new);
    }

    private BatchTable(Column column) {
        columns = new Column[] {column};
    }

    void add(@Nullable Object... row) {
        for (int i = 0; i < row.length; i++) {
            columns[i].add(row[i]);
        }
    }

    /** A row of a table of one {@code bigint}. */
    final void one(long value) {
        columns[0].add(value);
    }

    /** A row of a table of two {@code bigint}. */
    final void pair(long first, long second) {
        columns[0].add(first);
        columns[1].add(second);
    }

    /** In the order of the first column: what stands together in an index is then written one after the other. */
    final BatchTable sortedPairs() {
        if (size() > 1) {
            Column.sort(columns[0], columns[1]);
        }
        return this;
    }

    BatchTable only(int column) {
        return new BatchTable(columns[column]);
    }

    int size() {
        return columns[0].size();
    }

    /** Arrays of which each row takes a slice: an array column cannot be unnested row by row. */
    List<Column> sliced() {
        return List.of();
    }
}
