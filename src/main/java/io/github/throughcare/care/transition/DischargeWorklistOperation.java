package io.github.throughcare.care.transition;

import io.github.throughcare.care.CareSettings;
import io.github.throughcare.care.RiskBand;
import io.github.throughcare.care.transition.Worklist.Page;
import io.github.throughcare.fhir.FhirOperation;
import io.github.throughcare.fhir.OperationCall;
import io.github.throughcare.fhir.Resources;
import io.github.throughcare.fhir.Visibility;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleType;
import org.hl7.fhir.r4.model.Bundle.SearchEntryMode;
import org.hl7.fhir.r4.model.Encounter;
import org.hl7.fhir.r4.model.Flag;
import org.hl7.fhir.r4.model.Location;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.RiskAssessment;
import org.hl7.fhir.r4.model.StringType;
import org.hl7.fhir.r4.model.Task;
import org.springframework.stereotype.Component;

/**
 * {@code Encounter/$discharge-worklist}: current inpatient stays, what is overdue first, with everything that a planner needs to see of
 * them in the same answer. {@link CurrentStays} says which and in what order; the resources themselves are read as they are now.
 */
@Component
final class DischargeWorklistOperation implements FhirOperation {

    private static final int DEPTH = 5;

    private final CurrentStays stays;
    private final Resources resources;
    private final ZoneId zone;
    private final Clock clock;

    DischargeWorklistOperation(CurrentStays stays, Resources resources, CareSettings settings, Clock clock) {
        this.stays = stays;
        this.resources = resources;
        this.zone = settings.zoneId();
        this.clock = clock;
    }

    @Override
    public String definition() {
        return "Encounter-discharge-worklist";
    }

    @Override
    public Resource run(OperationCall call) {
        call.value("risk", StringType.class)
                .ifPresent(band -> RiskBand.check(band.getValue(), resources, call.visibility()));
        WorklistQuery query = WorklistQuery.of(call, zone, ward -> within(ward, call.visibility()));
        WorklistQuery.Cursor cursor = query.cursor();
        Page page = stays.ask(list -> list.page(
                query.facets(),
                query.filter(),
                cursor == null ? null : cursor.row(),
                cursor != null && cursor.overdue(),
                query.count()));
        Bundle bundle = new Bundle().setType(BundleType.SEARCHSET);
        bundle.setTotal(page.total());
        String path = "Encounter/$discharge-worklist";
        String own = query.self().isEmpty() ? "" : "?" + query.self();
        String at = cursor == null ? "" : (own.isEmpty() ? "?" : "&") + "_cursor=" + cursor.text();
        bundle.addLink().setRelation("self").setUrl(path + own + at);
        Instant now = clock.instant();
        if (page.more() && !page.rows().isEmpty()) {
            WorklistRow last = page.rows().get(page.rows().size() - 1);
            bundle.addLink()
                    .setRelation("next")
                    .setUrl(path + own + (own.isEmpty() ? "?" : "&") + "_cursor="
                            + new WorklistQuery.Cursor(last, last.isOverdue(now)).text());
        }
        if (!page.rows().isEmpty()) {
            fill(bundle, page.rows(), now, call.visibility());
        }
        return bundle;
    }

    private void fill(Bundle bundle, List<WorklistRow> rows, Instant now, Visibility visibility) {
        String ids = WorklistReader.list(rows.stream().map(WorklistRow::id));
        String patients =
                WorklistReader.list(rows.stream().map(WorklistRow::patient).distinct());
        Set<String> shown = rows.stream().map(WorklistRow::id).collect(Collectors.toSet());
        resources
                .read(Encounter.class, rows.stream().map(WorklistRow::id).toList(), visibility)
                .forEach(e -> add(bundle, e, SearchEntryMode.MATCH));
        include(
                bundle,
                resources.read(
                        Patient.class, rows.stream().map(WorklistRow::patient).toList(), visibility));
        StoredTransition.all(resources, RiskAssessment.class, "encounter=" + ids, visibility).stream()
                .collect(Collectors.groupingBy(
                        r -> r.getEncounter().getReferenceElement().getIdPart(),
                        LinkedHashMap::new,
                        Collectors.toList()))
                .values()
                .forEach(ofStay -> include(bundle, LatestRisks.of(ofStay)));
        include(
                bundle,
                StoredTransition.all(resources, Flag.class, "patient=" + patients, visibility).stream()
                        .filter(f -> f.getStatus() == Flag.FlagStatus.ACTIVE)
                        .filter(f -> !f.getEncounter().hasReference() || isOf(f.getEncounter(), shown))
                        .toList());
        include(
                bundle,
                StoredTransition.all(
                                resources,
                                Task.class,
                                "patient=" + patients + "&status=" + TransitionTasks.OPEN_TOKENS,
                                visibility)
                        .stream()
                        .filter(t -> isOf(t.getEncounter(), shown)
                                || !t.getEncounter().hasReference()
                                        && WorklistReader.due(t, zone).isBefore(now))
                        .toList());
    }

    private static boolean isOf(org.hl7.fhir.r4.model.Reference encounter, Set<String> shown) {
        return encounter.hasReference()
                && shown.contains(encounter.getReferenceElement().getIdPart());
    }

    private static void include(Bundle bundle, List<? extends Resource> resources) {
        resources.forEach(r -> add(bundle, r, SearchEntryMode.INCLUDE));
    }

    private static void add(Bundle bundle, Resource resource, SearchEntryMode mode) {
        bundle.addEntry().setResource(resource).getSearch().setMode(mode);
    }

    /** A Location and, some levels deep, what is part of it. */
    private Set<String> within(String ward, Visibility visibility) {
        Set<String> all = new HashSet<>(Set.of(ward));
        Set<String> level = Set.of(ward);
        for (int depth = 0; depth < DEPTH && !level.isEmpty(); depth++) {
            String wholes =
                    level.stream().map(StoredTransition::encode).sorted().collect(Collectors.joining(","));
            level = resources.search(Location.class, "partof=" + wholes, visibility).stream()
                    .map(l -> "Location/" + l.getIdElement().getIdPart())
                    .filter(all::add)
                    .collect(Collectors.toSet());
        }
        return all;
    }
}
