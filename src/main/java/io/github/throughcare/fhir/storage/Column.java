package io.github.throughcare.fhir.storage;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One column of many rows, on its way into {@code unnest(?)}. */
final class Column {

    private final String sqlType;
    private final List<@Nullable Object> values = new ArrayList<>();

    Column(String sqlType) {
        this.sqlType = sqlType;
    }

    void add(@Nullable Object value) {
        values.add(value);
    }

    void addAll(long[] all) {
        for (long v : all) {
            values.add(v);
        }
    }

    int size() {
        return values.size();
    }

    String sqlType() {
        return sqlType;
    }

    /** Binds the only value, not as an array. */
    void bindOnly(PreparedStatement s, int index) throws SQLException {
        Object value = values.get(0);
        switch (sqlType) {
            case "bigint" -> s.setObject(index, value, Types.BIGINT);
            case "integer" -> s.setObject(index, value, Types.INTEGER);
            case "smallint" -> s.setObject(index, value, Types.SMALLINT);
            case "float8" -> s.setObject(index, value, Types.DOUBLE);
            case "bytea" -> s.setBytes(index, (byte[]) value);
            default -> s.setString(index, (String) value);
        }
    }

    /** As the array type that the driver sends in binary. */
    Object[] array() {
        return switch (sqlType) {
            case "bigint" -> values.toArray(new Long[0]);
            case "integer" -> values.toArray(new Integer[0]);
            case "smallint" -> values.toArray(new Short[0]);
            case "float8" -> values.toArray(new Double[0]);
            case "bytea" -> values.toArray(new byte[0][]);
            default -> values.toArray(new String[0]);
        };
    }
}
