package io.github.throughcare.fhir.storage;

import io.github.throughcare.fhir.ChangeListener;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Which changes somebody wants to hear of: only these go into the outbox. */
final class Hearing {

    private final Supplier<List<ChangeListener>> listeners;
    private volatile @Nullable Map<String, List<ChangeListener>> byType;

    Hearing(Supplier<List<ChangeListener>> listeners) {
        this.listeners = listeners;
    }

    /** @param json the new version, null when it is deleted */
    boolean wants(String type, byte @Nullable [] json) {
        Map<String, List<ChangeListener>> known = byType;
        if (known == null) {
            known = listeners.get().stream()
                    .flatMap(l -> l.types().stream().map(t -> Map.entry(t, l)))
                    .collect(Collectors.groupingBy(
                            Map.Entry::getKey, Collectors.mapping(Map.Entry::getValue, Collectors.toList())));
            byType = known;
        }
        List<ChangeListener> ofType = known.getOrDefault(type, List.of());
        return json == null ? !ofType.isEmpty() : ofType.stream().anyMatch(l -> l.wants(type, json));
    }
}
