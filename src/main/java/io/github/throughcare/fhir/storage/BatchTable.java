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
