package io.github.throughcare.care.monitoring;

import io.github.throughcare.care.FacilityTime;
import io.github.throughcare.care.FreshLook;
import io.github.throughcare.care.JsonBytes;
import io.github.throughcare.care.OnlyNew;
import io.github.throughcare.care.OpenTasks;
import io.github.throughcare.care.StatutoryClock;
import io.github.throughcare.care.Tokens;
import io.github.throughcare.care.WriteBack;
import io.github.throughcare.fhir.ChangeListener;
import io.github.throughcare.fhir.ResourceChanged;
import io.github.throughcare.fhir.Resources;
import io.github.throughcare.fhir.Visibility;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.hl7.fhir.r4.model.ActivityDefinition;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.EpisodeOfCare;
import org.hl7.fhir.r4.model.Task;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Keeps the statutory clocks of cases ({@link CaseClocks}): when a case changes, when a Task of a clock ends, and once a night for all,
 * so that a clock that was confirmed since counts too.
 */
@Component
final class ClockKeeper implements ChangeListener {

    private static final Logger LOG = LoggerFactory.getLogger(ClockKeeper.class);
    private static final byte[] KIND = StatutoryClock.CASE_TYPE.getBytes(StandardCharsets.US_ASCII);
    private static final byte[] TURN = "clock-turn".getBytes(StandardCharsets.US_ASCII);

    private final Resources resources;
    private final FacilityTime time;

    ClockKeeper(Resources resources, FacilityTime time) {
        this.resources = resources;
        this.time = time;
    }

    @Override
    public Set<String> types() {
        return Set.of("EpisodeOfCare", "Task");
    }

    @Override
    public boolean wants(String type, byte[] json) {
        return JsonBytes.contain(json, type.equals("EpisodeOfCare") ? KIND : TURN);
    }

    @Override
    public void changed(ResourceChanged change) {
        if (change.type().equals("EpisodeOfCare")) {
            if (change.after() != null) {
                keep(change.id());
            }
            return;
        }
        change.after(Task.class)
                .filter(t -> !OpenTasks.isOpen(t))
                .map(t -> t.getFocus().getReferenceElement())
                .filter(f -> "EpisodeOfCare".equals(f.getResourceType()))
                .ifPresent(f -> keep(f.getIdPart()));
    }

    /** One case's failure is told and does not keep the others from their turn. */
    void keepAll() {
        resources.each(EpisodeOfCare.class, "status=active,onhold", Visibility.everything(), page -> {
            for (EpisodeOfCare episode : page) {
                try {
                    keep(episode.getIdElement().getIdPart());
                } catch (RuntimeException e) {
                    LOG.warn(
                            "The clocks of EpisodeOfCare/{} were not looked at: {}",
                            episode.getIdElement().getIdPart(),
                            e.toString());
                }
            }
        });
    }

    private void keep(String id) {
        FreshLook.untilAlone(() -> {
            keepOnce(id);
            return id;
        });
    }

    private void keepOnce(String id) {
        EpisodeOfCare episode =
                resources.read(EpisodeOfCare.class, id, Visibility.everything()).orElse(null);
        if (episode == null) {
            return;
        }
        List<StatutoryClock> clocks = clocks(CaseClocks.kinds(episode));
        List<Task> known = resources.search(Task.class, "focus=EpisodeOfCare/" + id, Visibility.everything());
        if (clocks.isEmpty() && known.isEmpty()) {
            return;
        }
        Bundle transaction = WriteBack.transaction(CaseClocks.changes(episode, clocks, known, time));
        if (transaction.hasEntry()) {
            resources.commit(
                    transaction,
                    Visibility.everything(),
                    new OnlyNew(
                            "Task",
                            known.stream()
                                    .map(t -> t.getIdElement().getIdPart())
                                    .collect(Collectors.toSet())));
        }
    }

    private List<StatutoryClock> clocks(Set<String> kinds) {
        return kinds.isEmpty()
                ? List.of()
                : resources
                        .search(
                                ActivityDefinition.class,
                                "status=active&context="
                                        + kinds.stream()
                                                .map(k -> Tokens.of(StatutoryClock.CASE_TYPE, k))
                                                .sorted()
                                                .collect(Collectors.joining(",")),
                                Visibility.everything())
                        .stream()
                        .flatMap(d -> StatutoryClock.of(d).stream())
                        .toList();
    }
}
