package io.github.throughcare.fhir.index;

import java.util.List;
import java.util.Set;

/**
 * A search parameter of one type that a stored SearchParameter resource defines.
 *
 * @param resource id of that resource
 * @param url its canonical URL
 * @param type resource type that is searched
 * @param code name in a URL
 * @param kind how its values compare
 * @param expression the alternatives that start from this type; of a composite what {@link CompositeReader} makes of it
 * @param targets types a reference may point to; empty: any
 * @param bit position in the row's bit set of present parameters
 * @param state whether it can be searched by
 */
public record OwnParameter(
        String resource,
        String url,
        String type,
        String code,
        ParamKind kind,
        String expression,
        Set<String> targets,
        int bit,
        State state) {

    /** Where its index stands; the numbers stand in the table. */
    public enum State {
        /** Resources written from now on are indexed, those from before not all. */
        BUILDING(1),
        ACTIVE(2),
        /** Retired or deleted; what it left in the index is being removed. */
        GONE(3);

        public final int number;

        State(int number) {
            this.number = number;
        }

        public static State of(int number) {
            return values()[number - 1];
        }
    }

    public OwnParameter {
        targets = Set.copyOf(targets);
    }

    public OwnParameter with(State other) {
        return new OwnParameter(resource, url, type, code, kind, expression, targets, bit, other);
    }

    public OwnParameter with(int otherBit) {
        return new OwnParameter(resource, url, type, code, kind, expression, targets, otherBit, state);
    }

    /** Do both yield the same index values? */
    public boolean isSameIndex(OwnParameter other) {
        return kind == other.kind && expression.equals(other.expression) && targets.equals(other.targets);
    }

    /** What its keys are seeded with beside its name: a changed definition has other keys, so that nothing old is found by it. */
    String salt() {
        return "#" + kind + " " + expression;
    }

    Param param() {
        return new Param(type, code, kind, expression, targets, List.of(), bit);
    }
}
