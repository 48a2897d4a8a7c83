package io.github.throughcare.care.monitoring;

import io.github.throughcare.care.BusinessDays;
import io.github.throughcare.care.DerivedIds;
import io.github.throughcare.care.FacilityTime;
import io.github.throughcare.care.Ig;
import io.github.throughcare.care.OpenTasks;
import io.github.throughcare.care.StatutoryClock;
import io.github.throughcare.care.TaskItems;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.hl7.fhir.r4.model.BaseDateTimeType;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.DateType;
import org.hl7.fhir.r4.model.EpisodeOfCare;
import org.hl7.fhir.r4.model.EpisodeOfCare.EpisodeOfCareStatus;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.IntegerType;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Task;
import org.hl7.fhir.r4.model.Task.TaskIntent;
import org.hl7.fhir.r4.model.Task.TaskStatus;

/**
 * The statutory clocks of one case as Tasks: one open Task for each active {@link StatutoryClock} of its kind, the next turn when one
 * has ended. A clock that runs from an event whose date is not on record sets nothing, and a Task asks for the date. A case on hold
 * keeps its clocks: the law does not wait. Pure.
 */
final class CaseClocks {

    static final String EVENT = Ig.extension("case-event");
    static final String DATE_MISSING = "clock-date-missing";

    private static final String CASE_START = "case-start";
    private static final int DAYS_TO_FIND_DATE = 2;
    private static final int MOST_TURNS = 1_200;
    private static final Set<EpisodeOfCareStatus> RUNNING =
            EnumSet.of(EpisodeOfCareStatus.ACTIVE, EpisodeOfCareStatus.ONHOLD);
    private static final Set<EpisodeOfCareStatus> ENDED =
            EnumSet.of(EpisodeOfCareStatus.FINISHED, EpisodeOfCareStatus.CANCELLED, EpisodeOfCareStatus.ENTEREDINERROR);

    private final EpisodeOfCare episode;
    private final FacilityTime time;
    private final Map<String, Task> known;
    private final Map<String, Task> changed = new LinkedHashMap<>();
    private final Set<String> right = new HashSet<>();

    private CaseClocks(EpisodeOfCare episode, List<Task> known, FacilityTime time) {
        this.episode = episode;
        this.time = time;
        this.known =
                known.stream().collect(Collectors.toMap(t -> t.getIdElement().getIdPart(), Function.identity()));
    }

    /**
     * Tasks to write so that the clocks are right; those that are new have no version.
     *
     * @param clocks those for kinds of case, of any kind and status
     * @param known all Tasks that focus on the case
     */
    static List<Task> changes(EpisodeOfCare episode, List<StatutoryClock> clocks, List<Task> known, FacilityTime time) {
        CaseClocks all = new CaseClocks(episode, known, time);
        if (RUNNING.contains(episode.getStatus())) {
            Set<String> kinds = kinds(episode);
            clocks.stream()
                    .filter(StatutoryClock::active)
                    .filter(c -> c.caseTypes().stream().anyMatch(kinds::contains))
                    .forEach(all::run);
        }
        all.endOthers();
        return List.copyOf(all.changed.values());
    }

    /** Kinds of the case, codes of {@code case-type}. */
    static Set<String> kinds(EpisodeOfCare episode) {
        return episode.getType().stream()
                .flatMap(t -> t.getCoding().stream())
                .filter(c -> StatutoryClock.CASE_TYPE.equals(c.getSystem()) && c.hasCode())
                .map(Coding::getCode)
                .collect(Collectors.toSet());
    }

    private String own() {
        return "EpisodeOfCare/" + episode.getIdElement().getIdPart();
    }

    private void run(StatutoryClock clock) {
        Optional<String> event =
                clock.starts().stream().filter(e -> started(e).isPresent()).findFirst();
        if (event.isEmpty()) {
            if (!clock.optional() && !clock.starts().isEmpty()) {
                askForDate(clock.starts().get(clock.starts().size() - 1)); // the one that will do alone
            }
            return;
        }
        LocalDate start = started(event.get()).orElseThrow();
        for (int turn = 0; turn < MOST_TURNS; turn++) {
            String id = DerivedIds.of("clock", own(), clock.url(), "" + turn);
            LocalDate due = clock.due(start, turn);
            Task there = known.get(id);
            if (there != null && OpenTasks.isOpen(there)) {
                right.add(id);
                moved(there, clock, start, due);
                return;
            }
            boolean history = due.isBefore(time.today().minusDays(Deadline.HISTORY.toDays()));
            if (there == null && !history) {
                right.add(id);
                changed.put(id, task(id, clock, event.get(), start, due, turn));
                return;
            }
            if (clock.every() == null) {
                return;
            }
        }
    }

    private Optional<LocalDate> started(String event) {
        Optional<LocalDate> said = episode.getExtensionsByUrl(EVENT).stream()
                .filter(e -> event.equals(text(e, "event")))
                .map(e -> e.getExtensionByUrl("date"))
                .filter(d -> d != null && d.getValue() instanceof BaseDateTimeType t && t.hasValue())
                .map(d -> time.dayOf((BaseDateTimeType) d.getValue()))
                .min(LocalDate::compareTo);
        return said.isPresent() || !event.equals(CASE_START) ? said : begun();
    }

    private static String text(Extension extension, String part) {
        Extension value = extension.getExtensionByUrl(part);
        return value == null || value.getValue() == null
                ? ""
                : String.valueOf(value.getValue().primitiveValue());
    }

    private Optional<LocalDate> begun() {
        return episode.getPeriod().hasStart()
                ? Optional.of(time.dayOf(episode.getPeriod().getStartElement()))
                : episode.getStatusHistory().stream()
                        .filter(h -> h.getStatus() == EpisodeOfCareStatus.ACTIVE
                                && h.getPeriod().hasStart())
                        .map(h -> time.dayOf(h.getPeriod().getStartElement()))
                        .findFirst();
    }

    private Task task(String id, StatutoryClock clock, String event, LocalDate start, LocalDate due, int turn) {
        Task task = of(id, clock.task().copy());
        task.setDescription(
                clock.title() + ": by " + due + ", from " + event + " on " + start + " (" + clock.source() + ")");
        task.setInstantiatesCanonical(clock.url());
        period(task, clock, due);
        TaskItems.addInput(task, "clock-start", new DateType(start.toString()));
        TaskItems.addInput(task, "clock-turn", new IntegerType(turn));
        return task;
    }

    private static void period(Task task, StatutoryClock clock, LocalDate due) {
        LocalDate opens = clock.opens(due);
        task.getRestriction().getPeriod().setStartElement(opens == null ? null : FacilityTime.day(opens));
        task.getRestriction().getPeriod().setEndElement(FacilityTime.day(due));
    }

    private Task of(String id, CodeableConcept code) {
        Task task = new Task();
        task.setId(id);
        task.setStatus(TaskStatus.REQUESTED).setIntent(TaskIntent.ORDER);
        task.setCode(code);
        task.setFocus(new Reference(own()));
        task.setFor(episode.getPatient().copy());
        if (episode.getCareManager().hasReference()) {
            task.setOwner(episode.getCareManager().copy());
        }
        task.setAuthoredOnElement(time.stamp());
        return task;
    }

    /** The day follows a corrected date; a day that somebody set by hand stays until then. */
    private void moved(Task there, StatutoryClock clock, LocalDate start, LocalDate due) {
        boolean same = TaskItems.inputs(there, "clock-start").stream()
                .anyMatch(v -> start.toString().equals(v.primitiveValue()));
        if (same) {
            return;
        }
        Task task = there.copy();
        period(task, clock, due);
        task.getInput().removeIf(i -> i.getType().hasCoding(TaskItems.SYSTEM, "clock-start"));
        TaskItems.addInput(task, "clock-start", new DateType(start.toString()));
        task.addNote().setTimeElement(time.stamp()).setText("Runs from " + start + ", by " + due);
        changed.put(task.getIdElement().getIdPart(), task);
    }

    private void askForDate(String event) {
        String id = DerivedIds.of(DATE_MISSING, own(), event);
        right.add(id);
        Task there = known.get(id);
        if (there == null) {
            Task task = of(id, new CodeableConcept(new Coding(Ig.TASK_KIND, DATE_MISSING, "Date missing")));
            task.setDescription("Statutory clocks run from the date of " + event
                    + ", which is not on record: say it in the extension " + EVENT + " of the case");
            task.getRestriction()
                    .getPeriod()
                    .setEndElement(FacilityTime.day(BusinessDays.after(time.today(), DAYS_TO_FIND_DATE)));
            changed.put(id, task);
        } else if (!OpenTasks.isOpen(there)) {
            changed.put(id, there.copy().setStatus(TaskStatus.REQUESTED).setStatusReason(null));
        }
    }

    /** Tasks of clocks that do not run any more. */
    private void endOthers() {
        List<Task> over = new ArrayList<>(known.values());
        over.removeIf(
                t -> !OpenTasks.isOpen(t) || right.contains(t.getIdElement().getIdPart()) || !isClock(t));
        for (Task t : over) {
            boolean asked = TaskItems.isKind(t, DATE_MISSING);
            boolean ended = ENDED.contains(episode.getStatus());
            Task task = t.copy();
            task.setStatus(asked && !ended ? TaskStatus.COMPLETED : TaskStatus.CANCELLED);
            task.setStatusReason(new CodeableConcept(new Coding()
                    .setSystem(Ig.codeSystem("task-status-reason"))
                    .setCode(ended ? "case-ended" : asked ? "date-known" : "clock-changed")));
            changed.put(t.getIdElement().getIdPart(), task);
        }
    }

    private static boolean isClock(Task task) {
        return TaskItems.isKind(task, DATE_MISSING)
                || task.hasInstantiatesCanonical()
                        && !TaskItems.inputs(task, "clock-turn").isEmpty();
    }
}
