package io.github.throughcare.fhir.storage;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One column of many rows, on its way into {@code unnest(?)}. Most are of {@code bigint}, and those are kept as they are. */
final class Column {

    private static final long[] NONE = {};

    private final String sqlType;
    private final boolean isLong;
    private final List<@Nullable Object> values;
    private long[] longs = NONE;
    private int size;
    private @Nullable BitSet nulls;

    Column(String sqlType) {
        this.sqlType = sqlType;
        this.isLong = sqlType.equals("bigint");
        this.values = isLong ? List.of() : new ArrayList<>();
    }

    void add(@Nullable Object value) {
        if (!isLong) {
            values.add(value);
            size++;
        } else if (value == null) {
            nulls = nulls == null ? new BitSet() : nulls;
            nulls.set(size);
            add(0L);
        } else {
            add(((Long) value).longValue());
        }
    }

    void add(long value) {
        if (size == longs.length) {
            longs = Arrays.copyOf(longs, Math.max(4, size * 2));
        }
        longs[size++] = value;
    }

    void addAll(long[] all) {
        if (size + all.length > longs.length) {
            longs = Arrays.copyOf(longs, Math.max(size + all.length, size * 2));
        }
        System.arraycopy(all, 0, longs, size, all.length);
        size += all.length;
    }

    /** Puts the rows of two columns without nulls in the order of the first; those that differ in the last bits only stay as they were. */
    static void sort(Column by, Column with) {
        int size = by.size;
        int bits = Integer.SIZE - Integer.numberOfLeadingZeros(size);
        long row = (1L << bits) - 1;
        long[] order = new long[size];
        for (int i = 0; i < size; i++) {
            order[i] = by.longs[i] & ~row | i;
        }
        Arrays.sort(order);
        by.take(order, row);
        with.take(order, row);
    }

    private void take(long[] order, long row) {
        long[] sorted = new long[size];
        for (int i = 0; i < size; i++) {
            sorted[i] = longs[(int) (order[i] & row)];
        }
        longs = sorted;
    }

    int size() {
        return size;
    }

    String sqlType() {
        return sqlType;
    }

    /** Binds the only value, not as an array. */
    void bindOnly(PreparedStatement s, int index) throws SQLException {
        if (isLong) {
            if (nulls == null) {
                s.setLong(index, longs[0]);
            } else {
                s.setNull(index, Types.BIGINT);
            }
            return;
        }
        Object value = values.get(0);
        switch (sqlType) {
            case "integer" -> s.setObject(index, value, Types.INTEGER);
            case "smallint" -> s.setObject(index, value, Types.SMALLINT);
            case "float8" -> s.setObject(index, value, Types.DOUBLE);
            case "bytea" -> s.setBytes(index, (byte[]) value);
            default -> s.setString(index, (String) value);
        }
    }

    /** As the array type that the driver sends in binary. */
    Object array() {
        return switch (sqlType) {
            case "bigint" -> nulls == null ? Arrays.copyOf(longs, size) : boxed(nulls);
            case "integer" -> values.toArray(new Integer[0]);
            case "smallint" -> values.toArray(new Short[0]);
            case "float8" -> values.toArray(new Double[0]);
            case "bytea" -> values.toArray(new byte[0][]);
            default -> values.toArray(new String[0]);
        };
    }

    private @Nullable Long[] boxed(BitSet nulls) {
        @Nullable Long[] all = new Long[size];
        for (int i = 0; i < size; i++) {
            all[i] = nulls.get(i) ? null : longs[i];
        }
        return all;
    }
}
