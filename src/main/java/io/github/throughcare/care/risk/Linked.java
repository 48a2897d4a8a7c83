package io.github.throughcare.care.risk;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiPredicate;
import org.hl7.fhir.r4.model.Encounter;
import org.hl7.fhir.r4.model.Identifier;

/** Which Encounters are one visit. Several Encounters often tell of one: parts, transfers, the same visit sent twice. */
final class Linked {

    private Linked() {}

    /** Groups of Encounters that hang together by {@code same}, directly or through others. */
    static List<Set<Encounter>> groups(Collection<Encounter> encounters, BiPredicate<Encounter, Encounter> same) {
        List<Set<Encounter>> groups = new ArrayList<>();
        Set<Encounter> left = new LinkedHashSet<>(encounters);
        while (!left.isEmpty()) {
            Encounter seed = left.iterator().next();
            Set<Encounter> group = new LinkedHashSet<>();
            Deque<Encounter> open = new ArrayDeque<>(List.of(seed));
            left.remove(seed);
            while (!open.isEmpty()) {
                Encounter one = open.pop();
                group.add(one);
                List<Encounter> found = left.stream()
                        .filter(other -> same.test(one, other) || same.test(other, one))
                        .toList();
                found.forEach(left::remove);
                open.addAll(found);
            }
            groups.add(group);
        }
        return groups;
    }

    /** One is part of the other, or they carry the same identifier. */
    static boolean sameVisit(Encounter a, Encounter b) {
        return id(a).equals(b.getPartOf().getReferenceElement().getIdPart())
                || id(b).equals(a.getPartOf().getReferenceElement().getIdPart())
                || a.getIdentifier().stream()
                        .anyMatch(i -> b.getIdentifier().stream().anyMatch(j -> same(i, j)));
    }

    private static boolean same(Identifier a, Identifier b) {
        return a.hasValue()
                && a.hasSystem()
                && a.getValue().equals(b.getValue())
                && a.getSystem().equals(b.getSystem());
    }

    static String id(Encounter encounter) {
        return encounter.getIdElement().getIdPart();
    }
}
