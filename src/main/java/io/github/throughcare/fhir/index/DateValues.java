package io.github.throughcare.fhir.index;

import java.time.ZoneId;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** What dates, Periods and Timings yield for the index (R4 search.html 3.1.1.4.7): the stretch of time from their first moment to their last. */
final class DateValues {

    private final ZoneId zone;

    /** @param zone for dates without a time zone */
    DateValues(ZoneId zone) {
        this.zone = zone;
    }

    /** Takes it over; false when it is no date. */
    boolean date(TypeIndex index, TypeIndex.Compiled c, JsonNode node, String dataType, IndexValues out) {
        Optional<Interval> interval = node.isString() ? FhirTime.parse(node.asString(), zone) : span(node, dataType);
        interval.ifPresent(i -> {
            if (index.isPrincipalDate(c.param().code())) {
                out.principal(i);
            } else {
                out.date(c.seed(), i);
            }
        });
        return interval.isPresent();
    }

    private Optional<Interval> span(JsonNode node, String dataType) {
        if (dataType.equals("Period")) {
            return Optional.of(period(node));
        }
        if (dataType.equals("Timing")) {
            Interval all = null;
            JsonNode events = node.get("event");
            if (events != null) {
                for (JsonNode e : events) {
                    Optional<Interval> at = FhirTime.parse(e.asString(), zone);
                    if (at.isPresent()) {
                        all = all == null ? at.get() : all.span(at.get());
                    }
                }
            }
            JsonNode repeat = node.get("repeat");
            if (repeat != null && repeat.has("boundsPeriod")) {
                Interval bounds = period(repeat.get("boundsPeriod"));
                all = all == null ? bounds : all.span(bounds);
            }
            return Optional.ofNullable(all);
        }
        return Optional.empty();
    }

    private Interval period(JsonNode period) {
        Optional<Interval> start = FhirTime.parse(Indexer.textOf(period, "start"), zone);
        Optional<Interval> end = FhirTime.parse(Indexer.textOf(period, "end"), zone);
        return new Interval(
                start.map(Interval::lo).orElse(Interval.OPEN_START),
                end.map(Interval::hi).orElse(Interval.OPEN_END));
    }
}
