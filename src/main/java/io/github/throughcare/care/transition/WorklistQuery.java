package io.github.throughcare.care.transition;

import io.github.throughcare.care.transition.WorklistRow.Stretch;
import io.github.throughcare.fhir.OperationCall;
import io.github.throughcare.fhir.Problem;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.hl7.fhir.r4.model.BooleanType;
import org.hl7.fhir.r4.model.IntegerType;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.StringType;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of {@code $discharge-worklist}.
 *
 * @param facets for each, a row has one of its members
 * @param filter what else has to hold, null: nothing
 * @param cursor the row after which the page begins, null for the first
 * @param self the parameters as a query string, without the cursor
 */
record WorklistQuery(
        List<Set<String>> facets,
        @Nullable Predicate<WorklistRow> filter,
        int count,
        @Nullable Cursor cursor,
        String self) {

    static final int DEFAULT = 20;
    static final int MOST = 200;

    /** Where a page ends; it holds the sort key, so that nothing is kept on the server. */
    record Cursor(WorklistRow row, boolean overdue) {

        String text() {
            Stretch expected = row.expected();
            String key = String.join(
                    "\n",
                    overdue ? "o" : "t",
                    row.due().toString(),
                    expected == null ? "" : expected.from().toString(),
                    Integer.toString(row.rank()),
                    Integer.toString(row.points()),
                    row.id());
            return Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(key.getBytes(java.nio.charset.StandardCharsets.UTF_8));
        }

        static Cursor of(String text) {
            try {
                String[] key = new String(Base64.getUrlDecoder().decode(text), java.nio.charset.StandardCharsets.UTF_8)
                        .split("\n", -1);
                Instant from = key[2].isEmpty() ? null : Instant.parse(key[2]);
                WorklistRow row = new WorklistRow(
                        key[5],
                        "",
                        Set.of(),
                        Set.of(),
                        from == null ? null : new Stretch(from, from),
                        Instant.parse(key[1]),
                        Set.of(),
                        Integer.parseInt(key[3]),
                        Integer.parseInt(key[4]));
                return new Cursor(row, key[0].equals("o"));
            } catch (RuntimeException e) {
                throw Problem.malformed(
                        "_cursor is taken from a next link as it stands there; this is none.",
                        "Parameters.parameter.where(name='_cursor')");
            }
        }
    }

    /**
     * Reads a call.
     *
     * @param wards a Location and those that are part of it
     * @throws Problem 400 for a value that means nothing
     */
    static WorklistQuery of(OperationCall call, ZoneId zone, Wards wards) {
        List<Set<String>> facets = new ArrayList<>();
        List<String> self = new ArrayList<>();
        reference(call, "location", "Location", self).ifPresent(r -> facets.add(wards.within(r)));
        reference(call, "organization", "Organization", self).ifPresent(r -> facets.add(Set.of(r)));
        reference(call, "planner", "Practitioner", self).ifPresent(r -> facets.add(Set.of(WorklistRow.planner(r))));
        Predicate<WorklistRow> filter = null;
        for (StringType text : call.values("expected", StringType.class)) {
            Predicate<Stretch> dates = ExpectedDates.filter(given("expected", text.getValue()), zone);
            self.add("expected=" + StoredTransition.encode(text.getValue()));
            Predicate<WorklistRow> one = row -> row.expected() != null && dates.test(row.expected());
            filter = filter == null ? one : filter.and(one);
        }
        call.value("risk", StringType.class).ifPresent(risk -> {
            facets.add(Set.of(WorklistRow.band(given("risk", risk.getValue()))));
            self.add("risk=" + StoredTransition.encode(risk.getValue()));
        });
        BooleanType unassigned = call.value("unassigned", BooleanType.class).orElse(null);
        if (unassigned != null && unassigned.booleanValue()) {
            facets.add(Set.of(Worklist.UNASSIGNED));
        } else if (unassigned != null) {
            Predicate<WorklistRow> one = row -> !row.planners().isEmpty();
            filter = filter == null ? one : filter.and(one);
        }
        if (unassigned != null) {
            self.add("unassigned=" + unassigned.booleanValue());
        }
        Set<String> patients = call.visibility().patients();
        if (patients != null) {
            Predicate<WorklistRow> one = row -> patients.contains(row.patient());
            filter = filter == null ? one : filter.and(one);
        }
        int count = count(call);
        if (call.value("_count", IntegerType.class).isPresent()) {
            self.add("_count=" + count);
        }
        Cursor cursor = call.value("_cursor", StringType.class)
                .map(c -> Cursor.of(c.getValue()))
                .orElse(null);
        return new WorklistQuery(facets, filter, count, cursor, String.join("&", self));
    }

    /** A Location with all that is part of it: a ward has its rooms and beds. */
    interface Wards {
        Set<String> within(String location);
    }

    private static int count(OperationCall call) {
        int count = call.value("_count", IntegerType.class)
                .map(IntegerType::getValue)
                .orElse(DEFAULT);
        if (count < 0) {
            throw Problem.malformed(
                    "_count is a number from 0, not " + count + ".", "Parameters.parameter.where(name='_count')");
        }
        return Math.min(count, MOST);
    }

    private static final Pattern ID = Pattern.compile("[A-Za-z0-9\\-.]{1,64}");

    private static java.util.Optional<String> reference(
            OperationCall call, String name, String type, List<String> self) {
        return call.value(name, Reference.class).map(r -> {
            String given = given(name, r.getReference());
            UnaryOperator<String> local =
                    t -> t.indexOf("://") < 0 ? t : t.substring(t.lastIndexOf('/', t.lastIndexOf('/') - 1) + 1);
            String reference = given.indexOf('/') < 0 ? type + "/" + given : local.apply(given);
            int slash = reference.indexOf('/');
            boolean right = ID.matcher(reference.substring(slash + 1)).matches()
                    && (name.equals("planner") || reference.startsWith(type + "/"));
            if (!right) {
                throw Problem.malformed(
                        name + " is a reference like " + type + "/123, not " + given + ".",
                        "Parameters.parameter.where(name='" + name + "')");
            }
            self.add(name + "=" + StoredTransition.encode(reference));
            return reference;
        });
    }

    private static String given(String name, @Nullable String value) {
        if (value == null || value.isBlank()) {
            throw Problem.malformed(
                    name + " is given without a value; leave it out to have all.",
                    "Parameters.parameter.where(name='" + name + "')");
        }
        return value;
    }
}
