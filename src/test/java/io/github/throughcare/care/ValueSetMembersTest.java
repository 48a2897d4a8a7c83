package io.github.throughcare.care;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.hl7.fhir.r4.model.CodeSystem;
import org.hl7.fhir.r4.model.CodeSystem.CodeSystemContentMode;
import org.hl7.fhir.r4.model.MetadataResource;
import org.hl7.fhir.r4.model.ValueSet;
import org.hl7.fhir.r4.model.ValueSet.ConceptSetComponent;
import org.hl7.fhir.r4.model.ValueSet.FilterOperator;
import org.junit.jupiter.api.Test;

class ValueSetMembersTest {

    private final Map<String, MetadataResource> stored = new HashMap<>();

    private final ValueSetMembers.Definitions definitions = new ValueSetMembers.Definitions() {
        @Override
        public <T extends MetadataResource> Optional<T> find(Class<T> type, String canonical) {
            return Optional.ofNullable(stored.get(canonical))
                    .filter(type::isInstance)
                    .map(type::cast);
        }
    };

    private static ConceptSetComponent codes(String system, String... codes) {
        ConceptSetComponent part = new ConceptSetComponent().setSystem(system);
        for (String code : codes) {
            part.addConcept().setCode(code);
        }
        return part;
    }

    private static ConceptSetComponent sets(String... canonicals) {
        ConceptSetComponent part = new ConceptSetComponent();
        for (String canonical : canonicals) {
            part.addValueSet(canonical);
        }
        return part;
    }

    private static ValueSet set(ConceptSetComponent... includes) {
        ValueSet set = new ValueSet();
        List.of(includes).forEach(set.getCompose()::addInclude);
        return set;
    }

    private void system(String url, CodeSystemContentMode content) {
        CodeSystem system = new CodeSystem().setUrl(url).setContent(content);
        system.addConcept().setCode("a").addConcept().setCode("a1");
        system.addConcept().setCode("b");
        stored.put(url, system);
    }

    private Optional<List<String>> members(ValueSet set) {
        return ValueSetMembers.of(set, definitions)
                .map(members -> members.stream()
                        .map(m -> m.coding().getSystem() + "|" + m.coding().getCode())
                        .toList());
    }

    @Test
    void listed_codes_and_whole_systems_with_their_hierarchy() {
        system("s", CodeSystemContentMode.COMPLETE);
        assertThat(members(set(codes("t", "x"), codes("s")))).contains(List.of("t|x", "s|a", "s|a1", "s|b"));
    }

    @Test
    void what_is_excluded_is_no_member() {
        system("s", CodeSystemContentMode.COMPLETE);
        ValueSet set = set(codes("s"));
        set.getCompose().addExclude(codes("s", "a1", "zz"));
        set.getCompose().addExclude(codes("other", "b"));
        assertThat(members(set)).contains(List.of("s|a", "s|b"));
    }

    @Test
    void of_several_value_sets_in_one_include_what_is_in_all_of_them() {
        stored.put("one", set(codes("s", "a", "b"), codes("t", "a")));
        stored.put("two", set(codes("s", "b", "c"), codes("t", "a")));
        assertThat(members(set(sets("one", "two")))).contains(List.of("s|b", "t|a"));
        assertThat(members(set(sets("one"), sets("two"))).orElseThrow()).hasSize(6);
        assertThat(members(set(sets("one", "two").setSystem("s")))).contains(List.of("s|b"));
        assertThat(members(set(codes("s", "a", "q").addValueSet("one")))).contains(List.of("s|a"));
    }

    @Test
    void a_whole_expansion_counts_and_nothing_abstract_in_it() {
        ValueSet set = set(codes("s").addFilter(new ValueSet.ConceptSetFilterComponent().setOp(FilterOperator.ISA)));
        set.getExpansion()
                .setTotal(2)
                .addContains()
                .setSystem("s")
                .setCode("group")
                .setAbstract(true);
        set.getExpansion().getContainsFirstRep().addContains().setSystem("s").setCode("a");
        set.getExpansion().addContains().setSystem("s").setCode("b");
        assertThat(members(set)).contains(List.of("s|a", "s|b"));

        set.getExpansion().setTotal(3);
        assertThat(members(set)).as("one is missing").isEmpty();
    }

    @Test
    void all_or_nothing() {
        system("fragment", CodeSystemContentMode.FRAGMENT);
        stored.put(
                "filtered",
                set(codes("s").addFilter(new ValueSet.ConceptSetFilterComponent().setOp(FilterOperator.ISA))));
        stored.put("itself", set(sets("itself")));
        for (ConceptSetComponent unlisted :
                List.of(codes("nowhere"), codes("fragment"), sets("nowhere"), sets("filtered"), sets("itself"))) {
            assertThat(members(set(codes("t", "x"), unlisted))).isEmpty();
            ValueSet without = set(codes("t", "x"));
            without.getCompose().addExclude(unlisted);
            assertThat(members(without)).isEmpty();
        }
        assertThat(members(new ValueSet())).as("it says nothing").isEmpty();
    }

    /** Five sets, each of which names the next one thirty times, would have eight hundred thousand members. */
    @Test
    void sets_that_multiply_each_other_are_given_up_soon() {
        for (int level = 0; level < 4; level++) {
            ValueSet set = new ValueSet();
            for (int i = 0; i < 30; i++) {
                set.getCompose().addInclude(sets("level" + (level + 1)));
            }
            stored.put("level" + level, set);
        }
        stored.put("level4", set(codes("s", "a")));
        assertTimeoutPreemptively(
                Duration.ofSeconds(5),
                () -> assertThat(members(set(sets("level0")))).isEmpty());
    }
}
