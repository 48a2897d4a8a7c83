package io.github.throughcare.fhir.search;

import io.github.throughcare.fhir.Problem;
import io.github.throughcare.fhir.index.Param;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is wrong with a criterion, in sentences. */
final class Said {

    private Said() {}

    /** 400: the value is not what the parameter takes. */
    static Problem bad(Param param, String what) {
        return Problem.malformed("Search parameter " + param.code() + " of " + param.type() + " " + what, null);
    }

    /** @throws Unknown for a modifier that is not among the known ones */
    static void require(Param param, @Nullable String modifier, List<String> known) {
        if (modifier != null && !known.contains(modifier)) {
            throw new Unknown(
                    "Search parameter " + param.code() + " of " + param.type() + " has no modifier :" + modifier
                            + "; it has "
                            + (known.isEmpty() ? "only :missing." : ":missing, :" + String.join(", :", known) + "."));
        }
    }
}
