package io.github.throughcare.fhir.search;

import io.github.throughcare.fhir.index.Param;
import io.github.throughcare.fhir.index.ParamKind;
import io.github.throughcare.fhir.index.SearchParameters;
import io.github.throughcare.fhir.search.SearchRequest.Include;
import java.util.List;

/** Understands one {@code _include} or {@code _revinclude} (R4 search.html 3.1.1.5.4). */
final class IncludeParser {

    private final SearchParameters parameters;

    IncludeParser(SearchParameters parameters) {
        this.parameters = parameters;
    }

    /**
     * An include; {@code *} alone is one for each type that it may start from.
     *
     * @param name with its modifier
     * @param types that are searched: where a forward include starts, unless it iterates
     * @throws Unknown for what is not known
     */
    List<Include> parse(String name, String value, boolean reverse, List<String> types) {
        String modifier = name.contains(":") ? name.substring(name.indexOf(':') + 1) : "";
        if (!modifier.isEmpty() && !modifier.equals("iterate") && !modifier.equals("recurse")) {
            throw new Unknown(name + " is not known; the only modifier is :iterate.");
        }
        if (value.equals("*")) {
            boolean anywhere = reverse || !modifier.isEmpty();
            return (anywhere ? parameters.types() : types)
                    .stream()
                            .map(t -> new Include(t, "*", null, !modifier.isEmpty()))
                            .toList();
        }
        String[] parts = value.split(":");
        if (parts.length < 2 || parts.length > 3 || !parameters.isType(parts[0])) {
            throw new Unknown(name + " takes Type:parameter, Type:parameter:Target, Type:* or *, not " + value + ".");
        }
        String target = parts.length == 3 ? parts[2] : null;
        if (target != null && !parameters.isType(target)) {
            throw new Unknown(name + "=" + value + ": " + target + " is no resource type.");
        }
        Param param = parts[1].equals("*")
                ? null
                : parameters
                        .find(parts[0], parts[1])
                        .orElseThrow(() -> Unknown.parameter(parameters, parts[0], parts[1]));
        if (param != null && param.kind() != ParamKind.REFERENCE) {
            throw new Unknown(name + "=" + value + ": " + parts[1] + " is no reference parameter.");
        }
        if (!reverse && modifier.isEmpty() && !types.contains(parts[0])) {
            throw new Unknown(name + "=" + value + " starts from " + parts[0] + ", but the search is for "
                    + String.join(", ", types) + ".");
        }
        return List.of(new Include(parts[0], parts[1], target, !modifier.isEmpty()));
    }
}
