package io.github.throughcare.care.transition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.throughcare.care.transition.Worklist.Page;
import io.github.throughcare.care.transition.WorklistRow.Stretch;
import io.github.throughcare.fhir.Problem;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Order, filters, totals and pages of the worklist, against a plain list that is sorted and filtered. */
class WorklistTest {

    private static final Instant NOW = Instant.parse("2026-11-26T12:00:00Z");
    private static final ZoneId ZONE = ZoneId.of("America/New_York");

    private static WorklistRow row(String id, String expected, String due, String band, int points) {
        Instant from = expected.isEmpty() ? null : Instant.parse(expected + "T05:00:00Z");
        return new WorklistRow(
                id,
                "p" + id,
                Set.of("Location/w" + id.length() % 3),
                id.endsWith("1") ? Set.of() : Set.of("Practitioner/" + id.charAt(0)),
                from == null ? null : new Stretch(from, from.plusSeconds(86_400)),
                due.isEmpty() ? Instant.MAX : Instant.parse(due + "T12:00:00Z"),
                band.isEmpty() ? Set.of() : Set.of(band),
                WorklistRow.highest(band.isEmpty() ? Set.of() : Set.of(band)),
                points);
    }

    private static Worklist of(List<WorklistRow> rows) {
        Worklist list = new Worklist();
        list.at(NOW);
        rows.forEach(r -> list.put(r.patient(), List.of(r)));
        return list;
    }

    private static List<String> ids(List<WorklistRow> rows) {
        return rows.stream().map(WorklistRow::id).toList();
    }

    @Test
    void overdue_first_then_expected_then_band_then_points_then_id() {
        List<WorklistRow> ordered = List.of(
                row("a", "", "2026-11-20", "", -1),
                row("b", "2026-11-27", "2026-11-21", "low", 1),
                row("c", "2026-11-28", "2026-11-21", "high", 19),
                row("d", "2026-11-25", "2026-11-30", "low", 1),
                row("e", "2026-11-27", "", "high", 12),
                row("f", "2026-11-27", "", "high", 11),
                row("g", "2026-11-27", "", "moderate", 9),
                row("h", "2026-11-27", "", "low", 2),
                row("i", "2026-11-27", "", "", -1),
                row("j", "", "", "high", 15),
                row("k", "", "", "", -1),
                row("l", "", "", "", -1));
        List<WorklistRow> shuffled = new ArrayList<>(ordered);
        for (int seed = 0; seed < 20; seed++) {
            Collections.shuffle(shuffled, new Random(seed));
            Page page = of(shuffled).page(List.of(), null, null, false, 100);
            assertThat(ids(page.rows())).isEqualTo(ids(ordered));
            assertThat(page.total()).isEqualTo(12);
            assertThat(page.more()).isFalse();
        }
    }

    @Test
    void work_that_becomes_overdue_while_time_passes_moves_to_the_front() {
        Worklist list = of(List.of(row("a", "2026-11-26", "", "high", 12), row("b", "", "2026-11-27", "", -1)));
        assertThat(ids(list.page(List.of(), null, null, false, 9).rows())).containsExactly("a", "b");
        list.at(Instant.parse("2026-11-27T12:00:00Z"));
        assertThat(ids(list.page(List.of(), null, null, false, 9).rows())).containsExactly("a", "b");
        list.at(Instant.parse("2026-11-27T12:00:01Z"));
        assertThat(ids(list.page(List.of(), null, null, false, 9).rows())).containsExactly("b", "a");
    }

    @Test
    void a_patient_who_left_is_gone_and_one_who_changed_stands_once() {
        Worklist list = of(List.of(row("a", "2026-11-26", "", "high", 12), row("b", "2026-11-27", "", "", -1)));
        list.put("pa", List.of(row("a", "2026-11-29", "", "low", 3)));
        assertThat(ids(list.page(List.of(), null, null, false, 9).rows())).containsExactly("b", "a");
        assertThat(list.page(List.of(Set.of(WorklistRow.band("high"))), null, null, false, 9)
                        .total())
                .isZero();
        list.put("pb", List.of());
        assertThat(ids(list.page(List.of(), null, null, false, 9).rows())).containsExactly("a");
        assertThat(list.size()).isEqualTo(1);
    }

    @Test
    void pages_and_filters_say_what_a_plain_sorted_list_says() {
        Random random = new Random(7);
        List<WorklistRow> rows = new ArrayList<>();
        String[] bands = {"", "low", "moderate", "high", "uncertain"};
        for (int i = 0; i < 300; i++) {
            rows.add(row(
                    Integer.toString(1000 + i) + "x".repeat(random.nextInt(3)),
                    random.nextInt(4) == 0 ? "" : "2026-11-" + (20 + random.nextInt(10)),
                    random.nextInt(3) == 0 ? "2026-11-" + (20 + random.nextInt(10)) : "",
                    bands[random.nextInt(bands.length)],
                    random.nextInt(20)));
        }
        Worklist list = of(rows);
        for (Predicate<WorklistRow> filter : Arrays.<Predicate<WorklistRow>>asList(null, r -> r.points() % 3 > 0))
            for (List<Set<String>> facets : List.<List<Set<String>>>of(
                    List.of(),
                    List.of(Set.of("Location/w1")),
                    List.of(Set.of("Location/w1", "Location/w2")),
                    List.of(Set.of("Location/w0"), Set.of(WorklistRow.band("high"))),
                    List.of(Set.of("Location/w1", "Location/w2"), Set.of(Worklist.UNASSIGNED), Set.of(Worklist.ALL)),
                    List.of(
                            Set.of(WorklistRow.planner("Practitioner/1")),
                            Set.of(WorklistRow.band("low"), WorklistRow.band("high"))),
                    List.of(Set.of(Worklist.UNASSIGNED)),
                    List.of(Set.of("Location/nowhere")))) {
                List<String> wanted = rows.stream()
                        .filter(r -> filter == null || filter.test(r))
                        .filter(r -> facets.stream().allMatch(f -> f.stream().anyMatch(r.facets()::contains)))
                        .sorted(Comparator.comparing((WorklistRow r) -> !r.isOverdue(NOW))
                                .thenComparing((a, b) -> a.isOverdue(NOW)
                                        ? WorklistRow.OVERDUE.compare(a, b)
                                        : WorklistRow.IN_TIME.compare(a, b)))
                        .map(WorklistRow::id)
                        .toList();
                List<String> got = new ArrayList<>();
                WorklistQuery.Cursor cursor = null;
                Page page;
                do {
                    page = list.page(
                            facets,
                            filter,
                            cursor == null ? null : cursor.row(),
                            cursor != null && cursor.overdue(),
                            7);
                    assertThat(page.total()).isEqualTo(wanted.size());
                    got.addAll(ids(page.rows()));
                    if (page.more()) {
                        WorklistRow last = page.rows().get(page.rows().size() - 1);
                        cursor = WorklistQuery.Cursor.of(new WorklistQuery.Cursor(last, last.isOverdue(NOW)).text());
                    }
                } while (page.more());
                assertThat(got).isEqualTo(wanted);
            }
    }

    @ParameterizedTest(name = "{0} finds an expected 2026-11-27: {1}")
    @CsvSource({
        "2026-11-27, true", "eq2026-11-27, true", "2026-11-26, false", "2026-11, true", "ge2026-11-27, true",
        "gt2026-11-26, true", "gt2026-11-27, false", "le2026-11-27, true", "lt2026-11-27, false", "lt2026-11-28, true",
        "ne2026-11-27, false", "ne2026-11-28, true", "sa2026-11-26, true", "eb2026-11-28, true", "eb2026-11-27, false",
        "le2026-11-27T23:00:00-05:00, true"
    })
    void expected_dates_compare_as_in_a_search(String filter, boolean found) {
        Instant from = Instant.parse("2026-11-27T05:00:00Z");
        assertThat(ExpectedDates.filter(filter, ZONE).test(new Stretch(from, from.plusSeconds(86_400))))
                .isEqualTo(found);
    }

    @ParameterizedTest
    @ValueSource(strings = {"tomorrow", "xx2026-11-27", "ap2026-11-27", "2026-13-01", "ge"})
    void what_is_no_date_is_refused(String filter) {
        assertThatThrownBy(() -> ExpectedDates.filter(filter, ZONE)).isInstanceOf(Problem.class);
    }

    @Test
    void a_cursor_that_this_server_never_gave_is_refused() {
        assertThatThrownBy(() -> WorklistQuery.Cursor.of("rubbish")).isInstanceOf(Problem.class);
    }
}
