package io.github.throughcare.care;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.CodeSystem;
import org.hl7.fhir.r4.model.CodeSystem.CodeSystemContentMode;
import org.hl7.fhir.r4.model.CodeSystem.ConceptDefinitionComponent;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Element;
import org.hl7.fhir.r4.model.MetadataResource;
import org.hl7.fhir.r4.model.ValueSet;
import org.hl7.fhir.r4.model.ValueSet.ConceptSetComponent;
import org.hl7.fhir.r4.model.ValueSet.ValueSetExpansionComponent;
import org.hl7.fhir.r4.model.ValueSet.ValueSetExpansionContainsComponent;

/**
 * The members of a value set, where they can be listed from what is stored: a whole expansion, listed codes, whole code systems, other such
 * value sets, less exclusions (R4 valueset.html 4.9.5.1). All or nothing: of a set that has filters, is too large, or needs what is not stored, no
 * member is given, since a part would look like the whole. Pure but for what the definitions say.
 */
public final class ValueSetMembers {

    private static final int DEEPEST = 5;
    /** More value sets are not looked up for one, more members not listed: sets that name each other could ask for any number. */
    private static final int MOST_SETS = 1_000;

    private static final int MOST_MEMBERS = 100_000;

    /** Finds definitions by their canonical. */
    public interface Definitions {

        <T extends MetadataResource> Optional<T> find(Class<T> type, String canonical);
    }

    /** @param carrier the element that names it, with its extensions */
    public record Member(Coding coding, Element carrier) {

        private String token() {
            return coding.getSystem() + "|" + coding.getCode();
        }
    }

    private final Definitions definitions;
    private int sets;

    private ValueSetMembers(Definitions definitions) {
        this.definitions = definitions;
    }

    /** In the order of the set; empty when they cannot be listed. */
    public static Optional<List<Member>> of(ValueSet set, Definitions definitions) {
        return new ValueSetMembers(definitions).of(set, 0);
    }

    private Optional<List<Member>> of(ValueSet set, int depth) {
        if (set.hasExpansion() && isWhole(set.getExpansion())) {
            return Optional.of(expanded(set.getExpansion().getContains()).toList());
        }
        if (depth > DEEPEST || ++sets > MOST_SETS || !set.hasCompose()) {
            return Optional.empty();
        }
        List<Member> members = new ArrayList<>();
        for (ConceptSetComponent include : set.getCompose().getInclude()) {
            Optional<List<Member>> some = of(include, depth);
            if (some.isEmpty()) {
                return Optional.empty();
            }
            members.addAll(some.get());
            if (members.size() > MOST_MEMBERS) {
                return Optional.empty();
            }
        }
        for (ConceptSetComponent exclude : set.getCompose().getExclude()) {
            Optional<List<Member>> some = of(exclude, depth);
            if (some.isEmpty()) {
                return Optional.empty();
            }
            Set<String> without = tokens(some.get());
            members.removeIf(m -> without.contains(m.token()));
        }
        return Optional.of(members);
    }

    /** Codes and each value set that is named: a member is in all of them. */
    private Optional<List<Member>> of(ConceptSetComponent part, int depth) {
        if (part.hasFilter()) {
            return Optional.empty();
        }
        Optional<List<Member>> members = part.hasConcept() || !part.hasValueSet() ? codes(part) : Optional.empty();
        if (members.isEmpty() && !part.hasValueSet()) {
            return Optional.empty();
        }
        for (var canonical : part.getValueSet()) {
            Optional<List<Member>> others =
                    definitions.find(ValueSet.class, canonical.getValue()).flatMap(s -> of(s, depth + 1));
            if (others.isEmpty()) {
                return Optional.empty();
            }
            if (members.isEmpty()) {
                members = Optional.of(others.get().stream()
                        .filter(m -> !part.hasSystem()
                                || part.getSystem().equals(m.coding().getSystem()))
                        .toList());
            } else {
                Set<String> within = tokens(others.get());
                members = Optional.of(members.get().stream()
                        .filter(m -> within.contains(m.token()))
                        .toList());
            }
        }
        return members;
    }

    private Optional<List<Member>> codes(ConceptSetComponent part) {
        if (part.hasConcept()) {
            return Optional.of(part.getConcept().stream()
                    .map(c -> new Member(new Coding(part.getSystem(), c.getCode(), c.getDisplay()), c))
                    .toList());
        }
        return Optional.ofNullable(part.getSystem())
                .flatMap(system -> definitions.find(CodeSystem.class, system))
                .filter(s -> s.getContent() == CodeSystemContentMode.COMPLETE)
                .map(s -> concepts(s.getUrl(), s.getConcept()).toList());
    }

    private static Stream<Member> concepts(String system, List<ConceptDefinitionComponent> concepts) {
        return concepts.stream()
                .flatMap(c -> Stream.concat(
                        Stream.of(new Member(new Coding(system, c.getCode(), c.getDisplay()), c)),
                        concepts(system, c.getConcept())));
    }

    /** Neither a page of it, nor what is left when it became too long. */
    private static boolean isWhole(ValueSetExpansionComponent expansion) {
        return expansion.getOffset() == 0
                && (!expansion.hasTotal() || expanded(expansion.getContains()).count() >= expansion.getTotal());
    }

    private static Stream<Member> expanded(List<ValueSetExpansionContainsComponent> contains) {
        return contains.stream()
                .flatMap(c -> Stream.concat(
                        c.hasCode() && !c.getAbstract()
                                ? Stream.of(new Member(new Coding(c.getSystem(), c.getCode(), c.getDisplay()), c))
                                : Stream.of(),
                        expanded(c.getContains())));
    }

    private static Set<String> tokens(List<Member> members) {
        return members.stream().map(Member::token).collect(Collectors.toSet());
    }
}
