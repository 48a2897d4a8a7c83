package io.github.throughcare.care;

import io.github.throughcare.fhir.Problem;
import io.github.throughcare.fhir.WriteRule;
import io.github.throughcare.fhir.WriteRule.Actor;
import io.github.throughcare.fhir.WriteRule.Intent;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.hl7.fhir.r4.model.Resource;
import org.jspecify.annotations.Nullable;

/** One write and a store around it; a search gives all of the type. */
public final class FakeIntent implements Intent {

    private final @Nullable Resource before;
    private @Nullable Resource after;
    private final Actor actor;
    private final List<Resource> stored;
    public final Map<String, Resource> put = new LinkedHashMap<>();

    public FakeIntent(@Nullable Resource before, @Nullable Resource after, Actor actor, Resource... stored) {
        this.before = before;
        this.after = after;
        this.actor = actor;
        this.stored = List.of(stored);
    }

    /** What the writer is answered: 200, or the status of the {@link Problem}. */
    public int answer(WriteRule rule) {
        try {
            rule.check(this);
            return 200;
        } catch (Problem p) {
            return p.status();
        }
    }

    private static String local(Resource r) {
        return r.fhirType() + "/" + r.getIdElement().getIdPart();
    }

    @Override
    public @Nullable Resource before() {
        return before;
    }

    @Override
    public @Nullable Resource after() {
        return after;
    }

    @Override
    public Actor actor() {
        return actor;
    }

    @Override
    public <T extends Resource> Optional<T> current(Class<T> type, String id) {
        List<Resource> all = new ArrayList<>(put.values());
        all.addAll(stored);
        return all.stream()
                .filter(type::isInstance)
                .filter(r -> r.getIdElement().getIdPart().equals(id))
                .findFirst()
                .map(r -> type.cast(r.copy()));
    }

    @Override
    public <T extends Resource> List<T> search(Class<T> type, String query) {
        return stored.stream().filter(type::isInstance).map(type::cast).toList();
    }

    @Override
    public <T extends Resource> List<T> written(Class<T> type) {
        List<Resource> all = new ArrayList<>(put.values());
        if (after != null && !put.containsKey(local(after))) {
            all.add(after);
        }
        return all.stream().filter(type::isInstance).map(type::cast).toList();
    }

    @Override
    public void put(Resource resource) {
        put.put(local(resource), resource);
        if (after != null && local(after).equals(local(resource))) {
            after = resource;
        }
    }
}
