package io.github.throughcare.care.risk;

import io.github.throughcare.fhir.Resources;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.hl7.fhir.r4.model.MetadataResource;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** The {@link RiskTables} as the store's definitions are now; made anew only when one of these is another version. Thread-safe. */
@Component
final class CurrentTables {

    private final Resources resources;
    private volatile @Nullable Known known;

    CurrentTables(Resources resources) {
        this.resources = resources;
    }

    private record Known(Map<String, MetadataResource> from, RiskTables tables) {}

    RiskTables get() {
        Known last = known;
        if (last != null && last.from().entrySet().stream().allMatch(e -> isSame(e.getKey(), e.getValue()))) {
            return last.tables();
        }
        Map<String, MetadataResource> from = new LinkedHashMap<>();
        RiskTables tables = RiskTables.of(new RiskTables.Definitions() {
            @Override
            public <T extends MetadataResource> T get(Class<T> type, String canonical) {
                T definition = resources
                        .definition(type, canonical)
                        .orElseThrow(() -> new IllegalStateException(canonical + " is not in the store"));
                from.put(canonical, definition);
                return definition;
            }
        });
        known = new Known(from, tables);
        return tables;
    }

    private boolean isSame(String canonical, MetadataResource before) {
        MetadataResource now =
                resources.definition(before.getClass(), canonical).orElse(null);
        return now == before
                || now != null
                        && now.getMeta().hasVersionId()
                        && Objects.equals(
                                now.getIdElement().getIdPart(),
                                before.getIdElement().getIdPart())
                        && Objects.equals(
                                now.getMeta().getVersionId(), before.getMeta().getVersionId());
    }
}
