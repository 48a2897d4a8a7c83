package io.github.throughcare.fhir.bulk;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.throughcare.fhir.bulk.NdjsonBatches.Batch;
import io.github.throughcare.fhir.bulk.NdjsonBatches.Line;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class NdjsonBatchesTest {

    @Test
    void lines_are_numbered_and_empty_ones_left_out() throws IOException {
        List<Batch> batches = batches("{\"a\":1}\n\n  \r\n{\"b\":2}\r\n{\"c\":3}", 100);
        assertThat(batches).hasSize(1);
        assertThat(batches.get(0).lines()).extracting(Line::number).containsExactly(1, 4, 5);
        assertThat(text(batches.get(0).lines().get(1))).isEqualTo("{\"b\":2}\r");
        assertThat(text(batches.get(0).lines().get(2))).isEqualTo("{\"c\":3}");
    }

    @Test
    void a_batch_has_a_thousand_lines() throws IOException {
        List<Batch> batches = batches("{}\n".repeat(2001), 100);
        assertThat(batches).extracting(b -> b.lines().size()).containsExactly(1000, 1000, 1);
        assertThat(batches).extracting(Batch::number).containsExactly(0, 1, 2);
        assertThat(batches.get(2).lines().get(0).number()).isEqualTo(2001);
    }

    @Test
    void a_batch_ends_before_it_is_too_large() throws IOException {
        String line = "x".repeat(5_000_000);
        List<Batch> batches = batches(line + "\n" + line + "\n" + line, 6_000_000);
        assertThat(batches).extracting(b -> b.lines().size()).containsExactly(1, 1, 1);
    }

    @Test
    void a_line_that_is_too_long_is_named_and_not_kept() throws IOException {
        List<Batch> batches = batches("{}\n" + "y".repeat(200_000) + "\n{}\n", 100_000);
        assertThat(batches.get(0).lines()).extracting(Line::number).containsExactly(1, 2, 3);
        assertThat(batches.get(0).lines()).extracting(l -> l.json() == null).containsExactly(false, true, false);
    }

    @Test
    void nothing_is_no_batch() throws IOException {
        assertThat(batches("", 10)).isEmpty();
        assertThat(batches("\n\n \n", 10)).isEmpty();
    }

    private static String text(Line line) {
        byte[] json = line.json();
        return json == null ? "" : new String(json, StandardCharsets.UTF_8);
    }

    private static List<Batch> batches(String text, int longest) throws IOException {
        NdjsonBatches reader =
                new NdjsonBatches(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), longest);
        List<Batch> all = new ArrayList<>();
        for (Batch b = reader.next(); b != null; b = reader.next()) {
            all.add(b);
        }
        return all;
    }
}
