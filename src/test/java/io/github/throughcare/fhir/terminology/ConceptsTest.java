package io.github.throughcare.fhir.terminology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.throughcare.fhir.Problem;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class ConceptsTest {

    private static Concepts of(String rest) {
        return new Concepts("http://x", new JsonMapper().readTree("{\"content\":\"complete\"," + rest + "}"));
    }

    @Test
    void nesting_parents_and_children_all_subsume() {
        Concepts c = of("\"property\":[{\"code\":\"up\",\"uri\":\"http://hl7.org/fhir/concept-properties#parent\"}],"
                + "\"concept\":[{\"code\":\"a\",\"concept\":[{\"code\":\"b\"}]},"
                + "{\"code\":\"c\",\"property\":[{\"code\":\"parent\",\"valueCode\":\"b\"}]},"
                + "{\"code\":\"d\",\"property\":[{\"code\":\"up\",\"valueCode\":\"c\"}]},"
                + "{\"code\":\"e\",\"property\":[{\"code\":\"child\",\"valueCode\":\"a\"}]},{\"code\":\"f\"}]");
        assertThat(c.below("a")).containsExactlyInAnyOrder("a", "b", "c", "d");
        assertThat(c.above("d")).containsExactlyInAnyOrder("d", "c", "b", "a", "e");
        assertThat(c.below("f")).containsExactly("f");
    }

    @Test
    void a_circle_ends() {
        Concepts c = of("\"concept\":[{\"code\":\"a\",\"property\":[{\"code\":\"parent\",\"valueCode\":\"b\"}]},"
                + "{\"code\":\"b\",\"property\":[{\"code\":\"parent\",\"valueCode\":\"a\"}]}]");
        assertThat(c.below("a")).containsExactlyInAnyOrder("a", "b");
    }

    @Test
    void a_fragment_and_a_grouping_are_no_hierarchy() {
        assertThatThrownBy(() -> new Concepts("http://x", new JsonMapper().readTree("{\"content\":\"fragment\"}")))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("fragment");
        assertThatThrownBy(() -> of("\"hierarchyMeaning\":\"part-of\","
                                + "\"concept\":[{\"code\":\"a\",\"concept\":[{\"code\":\"b\"}]}]")
                        .below("a"))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("part-of");
        assertThatThrownBy(() -> of("\"concept\":[{\"code\":\"a\"}]").below("zz"))
                .isInstanceOf(Problem.class);
    }
}
