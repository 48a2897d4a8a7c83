package io.github.throughcare.care.transition;

import io.github.throughcare.care.FreshLook;
import io.github.throughcare.care.WriteBack;
import io.github.throughcare.fhir.Resources;
import io.github.throughcare.fhir.Visibility;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.hl7.fhir.r4.model.Communication;
import org.hl7.fhir.r4.model.Encounter;
import org.hl7.fhir.r4.model.EpisodeOfCare;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.Task;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Reads and writes what a transition of care is about. It acts for the server itself, which sees everything. A write names the version
 * that was read, so that what somebody else has done meanwhile is never overwritten.
 */
@Component
final class StoredTransition {

    private static final Visibility SERVER = Visibility.everything();

    private final Resources resources;

    StoredTransition(Resources resources) {
        this.resources = resources;
    }

    Destination.Codes codes() {
        return Destination.Codes.of(resources);
    }

    <T extends Resource> @Nullable T read(Class<T> type, String id) {
        return resources.read(type, id, SERVER).orElse(null);
    }

    /** The Tasks of a stay's discharge, by id. */
    Map<String, Task> tasks(String encounter) {
        return resources.read(Task.class, TaskKind.ids(encounter), SERVER).stream()
                .collect(Collectors.toMap(t -> t.getIdElement().getIdPart(), Function.identity()));
    }

    /** Open transitional Tasks of a patient, of all stays. */
    List<Task> openTasks(String patient) {
        return resources.search(
                Task.class,
                "patient=" + encode(patient) + "&code=" + encodeEach(TaskKind.TOKENS) + "&status="
                        + TransitionTasks.OPEN_TOKENS,
                SERVER);
    }

    List<Encounter> stays(String patient, Destination.Codes codes) {
        return resources.search(Encounter.class, "patient=" + encode(patient) + "&class=" + classes(codes), SERVER);
    }

    static String classes(Destination.Codes codes) {
        return codes.inpatient().stream()
                .map(c -> c.substring(c.indexOf('|') + 1))
                .sorted()
                .collect(Collectors.joining(","));
    }

    List<Communication> communications(String task) {
        return resources.search(Communication.class, "based-on=Task%2F" + encode(task), SERVER);
    }

    /** The one care manager of the patient's active case; null where there is none, or several. */
    @Nullable
    Reference careManager(String patient) {
        List<Reference> managers =
                resources.search(EpisodeOfCare.class, "patient=" + encode(patient) + "&status=active", SERVER).stream()
                        .map(EpisodeOfCare::getCareManager)
                        .filter(Reference::hasReference)
                        .toList();
        return managers.size() == 1 ? new Reference(managers.get(0).getReference()) : null;
    }

    <T extends Resource> List<T> read(Class<T> type, Collection<String> ids) {
        return resources.read(type, ids, SERVER);
    }

    /** All matches, however many there are. */
    <T extends Resource> List<T> search(Class<T> type, String query) {
        return all(resources, type, query, SERVER);
    }

    /** The same page by page. */
    <T extends Resource> void each(Class<T> type, String query, Consumer<List<T>> page) {
        resources.each(type, query, SERVER, page);
    }

    static <T extends Resource> List<T> all(Resources resources, Class<T> type, String query, Visibility visibility) {
        List<T> all = new ArrayList<>();
        resources.each(type, query, visibility, all::addAll);
        return all;
    }

    /**
     * Stores what {@code changes} finds to be changed, in one transaction; when somebody was faster, it looks again.
     *
     * @param changes reads and decides; has no effect of its own
     */
    void store(Supplier<? extends Collection<? extends Resource>> changes) {
        FreshLook.untilAlone(() -> {
            Collection<? extends Resource> changed = changes.get();
            if (!changed.isEmpty()) {
                resources.commit(WriteBack.transaction(changed), SERVER);
            }
            return changed;
        });
    }

    static String encode(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }

    /** Encodes all but the commas between values. */
    static String encodeEach(String values) {
        return encode(values).replace("%2C", ",");
    }
}
