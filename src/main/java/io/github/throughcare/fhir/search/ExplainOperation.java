package io.github.throughcare.fhir.search;

import io.github.throughcare.fhir.FhirOperation;
import io.github.throughcare.fhir.OperationCall;
import io.github.throughcare.fhir.Problem;
import io.github.throughcare.fhir.storage.Store;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Parameters.ParametersParameterComponent;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.StringType;

/** {@code $explain}: how a search would be run, for operators; it runs none and shows nothing that is stored. */
final class ExplainOperation implements FhirOperation {

    private final Searches searches;
    private final Store store;

    ExplainOperation(Searches searches, Store store) {
        this.searches = searches;
        this.store = store;
    }

    @Override
    public String definition() {
        return "explain";
    }

    @Override
    public Resource run(OperationCall call) {
        String search = call.value("query", StringType.class).orElseThrow().getValue();
        int mark = search.indexOf('?');
        String path = call.type() != null ? call.type() : mark < 0 ? search : search.substring(0, mark);
        String query = mark >= 0 ? search.substring(mark + 1) : call.type() != null ? search : "";
        Explanation e = searches.explain(scope(path), parse(query), new Caller(store, call.visibility(), ""));
        Parameters out = new Parameters();
        out.addParameter("searched", e.searched());
        out.addParameter("mode", e.walks() ? "walk" : "gather");
        if (e.leader() != null) {
            add(out.addParameter().setName("leader"), e.leader());
        }
        e.filters().forEach(f -> add(out.addParameter().setName("filter"), f));
        if (e.rows() != null) {
            out.addParameter("rows", new org.hl7.fhir.r4.model.DecimalType(e.rows()));
        }
        out.addParameter("sql", e.sql());
        out.addParameter("plan", String.join("\n", e.plan()));
        return out;
    }

    private static void add(ParametersParameterComponent parameter, Explanation.Node node) {
        parameter.addPart().setName("criterion").setValue(new StringType(node.text()));
        node.parts().forEach(p -> add(parameter.addPart().setName("part"), p));
    }

    private Scope scope(String path) {
        List<String> parts = path.isEmpty() ? List.of() : List.of(path.split("/", -1));
        return switch (parts.size()) {
            case 0 -> Scope.system();
            case 1 -> Scope.of(type(parts.get(0)));
            case 3 -> {
                if (!Scope.COMPARTMENTS.contains(parts.get(0))) {
                    throw Problem.malformed(parts.get(0) + " has no compartment", "query");
                }
                yield Scope.compartment(
                        parts.get(0), parts.get(1), parts.get(2).equals("*") ? null : type(parts.get(2)));
            }
            default ->
                throw Problem.malformed(
                        "query takes a search such as Observation?code=1234-5, ?_type=Patient,Task or Patient/7/Task?status=requested",
                        "query");
        };
    }

    private String type(String name) {
        if (!store.types().all().contains(name)) {
            throw Problem.malformed(name + " is no FHIR R4 resource type", "query");
        }
        return name;
    }

    private static Map<String, List<String>> parse(String query) {
        Map<String, List<String>> all = new LinkedHashMap<>();
        try {
            for (String pair : query.isEmpty() ? new String[0] : query.split("&")) {
                int equals = pair.indexOf('=');
                String name = equals < 0 ? pair : pair.substring(0, equals);
                String value = equals < 0 ? "" : pair.substring(equals + 1);
                all.computeIfAbsent(URLDecoder.decode(name, StandardCharsets.UTF_8), n -> new ArrayList<>())
                        .add(URLDecoder.decode(value, StandardCharsets.UTF_8));
            }
        } catch (IllegalArgumentException e) {
            throw Problem.malformed("query holds a % that is followed by no two hexadecimal digits", "query");
        }
        return all;
    }
}
