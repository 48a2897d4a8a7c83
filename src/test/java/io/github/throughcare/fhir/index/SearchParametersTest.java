package io.github.throughcare.fhir.index;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.RuntimeSearchParam;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The table in {@code fhir/r4-search-parameters.tsv} says what HAPI's model says, and all of it compiles. */
class SearchParametersTest {

    private static final FhirContext CONTEXT = FhirContext.forR4Cached();
    private static final SearchParameters TABLE = SearchParameters.r4();

    @Test
    void every_parameter_of_every_type_is_in_the_table_as_hapi_has_it() {
        Set<String> expected = new TreeSet<>();
        Set<String> actual = new TreeSet<>();
        for (String type : CONTEXT.getResourceTypes()) {
            for (RuntimeSearchParam p : CONTEXT.getResourceDefinition(type).getSearchParams()) {
                if (!p.getName().startsWith("_")) {
                    expected.add(line(
                            type,
                            p.getName(),
                            p.getParamType().name(),
                            p.getPath(),
                            p.getTargets(),
                            p.getProvidesMembershipInCompartments()));
                }
            }
            for (Param p : TABLE.of(type)) {
                if (!p.code().startsWith("_")) {
                    actual.add(line(
                            type,
                            p.code(),
                            p.kind().name(),
                            p.expression(),
                            p.targets(),
                            Set.copyOf(p.compartments())));
                }
            }
        }
        assertThat(expected).hasSizeGreaterThan(1600);
        assertThat(actual).isEqualTo(expected);
        assertThat(TABLE.types()).containsExactlyInAnyOrderElementsOf(CONTEXT.getResourceTypes());
    }

    @Test
    void a_union_has_the_values_of_its_parts_and_no_others() {
        TypeIndex.Catalog catalog = new TypeIndex.Catalog(TABLE, new Keys(1), CONTEXT);
        TypeIndex.UNIONS.forEach((name, parts) -> {
            TypeIndex index = catalog.of(name.substring(0, name.indexOf('.')));
            Set<Path> together = parts.stream()
                    .flatMap(code -> index.paths(code).stream())
                    .collect(java.util.stream.Collectors.toSet());
            assertThat(Set.copyOf(index.paths(name.substring(name.indexOf('.') + 1))))
                    .as(name)
                    .isEqualTo(together);
        });
    }

    private static String line(
            String type, String code, String kind, String path, Set<String> targets, Set<String> compartments) {
        return String.join(
                "\t",
                type,
                code,
                kind,
                path,
                new TreeSet<>(targets == null ? Set.of() : targets).toString(),
                new TreeSet<>(compartments == null ? Set.of() : compartments).toString());
    }

    @Test
    void every_expression_compiles() {
        TypeIndex.Catalog catalog = new TypeIndex.Catalog(TABLE, new Keys(1), CONTEXT);
        Set<String> empty = new TreeSet<>();
        for (String type : TABLE.types()) {
            for (TypeIndex.Compiled c : catalog.of(type).compiled()) {
                boolean indexed =
                        c.param().kind() != ParamKind.COMPOSITE && c.param().kind() != ParamKind.SPECIAL;
                if (indexed
                        && c.paths().isEmpty()
                        && !c.param().code().equals("_id")
                        && !c.param().code().equals("_lastUpdated")) {
                    empty.add(type + "." + c.param().code());
                }
            }
        }
        assertThat(empty).isEmpty();
    }
}
