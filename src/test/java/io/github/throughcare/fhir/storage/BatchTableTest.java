package io.github.throughcare.fhir.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;

/** Rows on their way into the database. */
class BatchTableTest {

    @Property(tries = 300)
    void sorted_pairs_are_the_same_pairs_in_the_order_of_the_first(@ForAll @Size(max = 300) List<Long> firsts) {
        BatchTable table = new BatchTable("bigint", "bigint");
        List<List<Long>> pairs = new ArrayList<>();
        for (long first : firsts) {
            table.pair(first, first * 31 + pairs.size());
            pairs.add(List.of(first, first * 31 + pairs.size()));
        }
        table.sortedPairs();
        long[] first = (long[]) table.columns[0].array();
        long[] second = (long[]) table.columns[1].array();
        List<List<Long>> sorted = new ArrayList<>();
        for (int i = 0; i < first.length; i++) {
            sorted.add(List.of(first[i], second[i]));
        }
        assertThat(sorted).containsExactlyInAnyOrderElementsOf(pairs);
        // the last bits, as many as number 300 rows, do not count
        assertThat(Arrays.stream(first).map(h -> h >> 9)).isSorted();
    }
}
