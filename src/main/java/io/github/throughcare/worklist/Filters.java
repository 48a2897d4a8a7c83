package io.github.throughcare.worklist;

import java.util.ArrayList;
import java.util.List;
import org.hl7.fhir.r4.model.BooleanType;
import org.hl7.fhir.r4.model.CodeType;
import org.hl7.fhir.r4.model.IntegerType;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.StringType;
import org.springframework.util.MultiValueMap;

/** What the form asks for; an empty text asks for nothing. */
record Filters(
        String location, String planner, String risk, String from, String until, boolean unassigned, String cursor) {

    private static final int ROWS = 50;

    static Filters of(MultiValueMap<String, String> query) {
        return new Filters(
                value(query, "location"),
                value(query, "planner"),
                value(query, "risk"),
                value(query, "from"),
                value(query, "until"),
                "true".equals(value(query, "unassigned")),
                value(query, "cursor"));
    }

    private static String value(MultiValueMap<String, String> query, String name) {
        String value = query.getFirst(name);
        return value == null ? "" : value.strip();
    }

    /** The operation's input. */
    Parameters parameters() {
        Parameters in = new Parameters();
        in.addParameter().setName("_count").setValue(new IntegerType(ROWS));
        if (!location.isEmpty()) {
            in.addParameter().setName("location").setValue(new Reference(location));
        }
        if (!planner.isEmpty()) {
            in.addParameter().setName("planner").setValue(new Reference(planner));
        }
        if (!risk.isEmpty()) {
            in.addParameter().setName("risk").setValue(new CodeType(risk));
        }
        if (!from.isEmpty()) {
            in.addParameter().setName("expected").setValue(new StringType("ge" + from));
        }
        if (!until.isEmpty()) {
            in.addParameter().setName("expected").setValue(new StringType("le" + until));
        }
        if (unassigned) {
            in.addParameter().setName("unassigned").setValue(new BooleanType(true));
        }
        if (!cursor.isEmpty()) {
            in.addParameter().setName("_cursor").setValue(new StringType(cursor));
        }
        return in;
    }

    /** The page that begins at another place, with the same filters. */
    String at(String next) {
        List<String> all = new ArrayList<>();
        add(all, "location", location);
        add(all, "planner", planner);
        add(all, "risk", risk);
        add(all, "from", from);
        add(all, "until", until);
        add(all, "unassigned", unassigned ? "true" : "");
        add(all, "cursor", next);
        return all.isEmpty() ? "/" : "/?" + String.join("&", all);
    }

    private static void add(List<String> all, String name, String value) {
        if (!value.isEmpty()) {
            all.add(name + "=" + Words.encode(value));
        }
    }
}
