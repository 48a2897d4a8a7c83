package io.github.throughcare.care.transition;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.github.throughcare.care.JsonBytes;
import io.github.throughcare.fhir.CommitListener.Written;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * New RiskAssessments as they were written, until the worklist takes them over: where a whole house is flagged, to read them back
 * costs a good part of what it costs to write them. First versions only: which of two later ones is the last, the order in which they
 * are told does not say. Not thread-safe.
 */
final class ToldRisks {

    private final Map<String, StayRisk> told = new HashMap<>();
    /** Deleted lately: a creation may be told after that. */
    private final Cache<String, Boolean> deleted = Caffeine.newBuilder()
            .maximumSize(10_000)
            .expireAfterWrite(Duration.ofMinutes(5))
            .build();

    /** What first versions say, by reference; those of an unusual form are left out. */
    static Map<String, StayRisk> of(Collection<Written> resources) {
        Map<String, StayRisk> risks = new HashMap<>();
        for (Written one : resources) {
            byte[] json = one.json();
            if (json != null && one.reference().startsWith(WorklistReader.RISK) && JsonBytes.isFirst(json)) {
                StayRisk risk = StayRisk.of(json);
                if (risk != null) {
                    risks.put(one.reference(), risk);
                }
            }
        }
        return risks;
    }

    /** @param risk null where the store has to be asked */
    void hear(String reference, @Nullable StayRisk risk) {
        if (risk == null || deleted.getIfPresent(reference) != null) {
            told.remove(reference);
        } else {
            told.put(reference, risk);
        }
    }

    void hearOfDeletion(String reference) {
        deleted.put(reference, true);
        told.remove(reference);
    }

    /** What was told of these, as far as anything was. It is forgotten. */
    Map<String, StayRisk> take(Collection<String> references) {
        Map<String, StayRisk> taken = new HashMap<>();
        if (!told.isEmpty()) {
            for (String reference : references) {
                StayRisk risk = told.remove(reference);
                if (risk != null) {
                    taken.put(reference, risk);
                }
            }
        }
        return taken;
    }

    void clear() {
        told.clear();
    }
}
