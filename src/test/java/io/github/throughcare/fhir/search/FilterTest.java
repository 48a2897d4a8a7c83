package io.github.throughcare.fhir.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.throughcare.fhir.Problem;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FilterTest {

    private static Filter.Test test(String name, String operator, String value) {
        return new Filter.Test(List.of(new Filter.Step(name, null)), operator, value);
    }

    @Test
    void and_binds_closer_than_or() {
        assertThat(Filter.parse("a eq 1 or b ne 2 and c co 3"))
                .isEqualTo(new Filter.Or(List.of(
                        test("a", "eq", "1"), new Filter.And(List.of(test("b", "ne", "2"), test("c", "co", "3"))))));
    }

    @Test
    void brackets_and_not_group() {
        assertThat(Filter.parse("not ( a eq 1 or b eq 2)and(c eq 3)"))
                .isEqualTo(new Filter.And(List.of(
                        new Filter.Not(new Filter.Or(List.of(test("a", "eq", "1"), test("b", "eq", "2")))),
                        test("c", "eq", "3"))));
    }

    @Test
    void a_path_may_narrow_what_it_passes() {
        Filter.Test t =
                (Filter.Test) Filter.parse("subject[gender eq male].organization.name co \"St \\\"Mary\\\" (A)\"");
        assertThat(t.path()).extracting(Filter.Step::name).containsExactly("subject", "organization", "name");
        assertThat(t.path().get(0).where()).isEqualTo(test("gender", "eq", "male"));
        assertThat(t.value()).isEqualTo("St \"Mary\" (A)");
    }

    @Test
    void tokens_end_at_brackets_and_strings_have_escapes_of_json() {
        assertThat(Filter.parse("(code eq http://loinc.org|1234-5)"))
                .isEqualTo(test("code", "eq", "http://loinc.org|1234-5"));
        assertThat(Filter.parse("a eq \"\\u0041\\n\"")).isEqualTo(test("a", "eq", "A\n"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "a",
                "a eq",
                "a eq ",
                "a  1",
                "a eq \"1",
                "a eq \"\\x\"",
                "(a eq 1",
                "a eq 1)",
                "a eq 1 b eq 2",
                "not a eq 1",
                "a[b eq 1 eq 2",
                "a eq 1 and",
                "a. eq 1",
                "and",
                "a eq 1 xor b eq 2",
                "a eq \"\\u12\""
            })
    void what_is_no_filter_is_refused(String text) {
        assertThatThrownBy(() -> Filter.parse(text)).isInstanceOf(Problem.class);
    }

    @Test
    void depth_and_number_are_bounded() {
        assertThatThrownBy(() -> Filter.parse("(".repeat(100_000))).isInstanceOf(Problem.class);
        assertThatThrownBy(() -> Filter.parse("a eq 1" + " or a eq 1".repeat(200)))
                .isInstanceOf(Problem.class);
    }

    @Test
    void above_a_url_are_the_urls_it_goes_on_from() {
        assertThat(TextCriteria.above("http://a.org/b/c"))
                .isEqualTo(Set.of(
                        "http://a.org/b/c", "http://a.org/b/", "http://a.org/b", "http://a.org/", "http://a.org"));
        assertThat(TextCriteria.above("urn:oid:1.2")).containsExactly("urn:oid:1.2");
    }
}
