package io.github.throughcare.care.advocacy;

import io.github.throughcare.care.Ig;
import io.github.throughcare.care.StatutoryClock;
import io.github.throughcare.care.Tokens;
import io.github.throughcare.fhir.WriteRule.Intent;
import java.time.LocalDate;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.hl7.fhir.r4.model.ActivityDefinition;
import org.hl7.fhir.r4.model.Coverage;
import org.hl7.fhir.r4.model.Reference;

/**
 * How long there is to appeal, by the clocks of the guide for the kind of insurance (Coverage.type). Of several the first day counts; one
 * that nobody has confirmed sets none.
 *
 * @param clock canonical of the clock that sets the last day; empty when none does
 * @param last the last day, also when it is over
 * @param text whence it is, or why it is not known
 */
record AppealTime(String clock, Optional<LocalDate> last, String text) {

    private static final String READ = "By when an appeal must be filed is not known here; read the notice. ";

    static final AppealTime NONE = new AppealTime("", Optional.empty(), "");

    /** @param told the day of the notice */
    static AppealTime of(List<Reference> coverages, LocalDate told, Intent intent) {
        List<StatutoryClock> clocks = clocks(coverages, intent);
        return clocks.stream()
                .filter(StatutoryClock::active)
                .min(Comparator.comparing((StatutoryClock c) -> c.due(told)).thenComparing(StatutoryClock::url))
                .map(c -> new AppealTime(
                        c.url(),
                        Optional.of(c.due(told)),
                        "Last day for an appeal by " + c.title() + " (" + c.source() + "): " + c.due(told)
                                + ", counted from the insurer's answer of " + told
                                + "; an earlier day in the notice counts"))
                .orElseGet(() -> new AppealTime("", Optional.empty(), READ + unknown(clocks)));
    }

    private static String unknown(List<StatutoryClock> clocks) {
        return clocks.isEmpty()
                ? "No clock is known for this kind of insurance (Coverage.type)"
                : "Nobody has confirmed "
                        + clocks.stream()
                                .map(c -> c.url() + " (" + c.source() + ")")
                                .sorted()
                                .collect(Collectors.joining(", "));
    }

    /** Clocks of appeals for the kind of insurance, confirmed or not. */
    private static List<StatutoryClock> clocks(List<Reference> coverages, Intent intent) {
        Set<String> types = coverages.stream()
                .filter(c -> DeniedClaim.isHere(c, "Coverage"))
                .flatMap(c ->
                        intent.current(Coverage.class, c.getReferenceElement().getIdPart()).stream())
                .flatMap(c -> c.getType().getCoding().stream())
                .filter(c -> c.hasSystem() && c.hasCode())
                .map(c -> c.getSystem() + "|" + c.getCode())
                .collect(Collectors.toCollection(TreeSet::new));
        if (types.isEmpty()) {
            return List.of();
        }
        String tokens = types.stream()
                .map(t -> Tokens.of(t.substring(0, t.indexOf('|')), t.substring(t.indexOf('|') + 1)))
                .collect(Collectors.joining(","));
        return intent.search(ActivityDefinition.class, "status=active,draft&context=" + tokens).stream()
                .flatMap(d -> StatutoryClock.of(d).stream())
                .filter(c -> c.task().hasCoding(Ig.TASK_KIND, AdvocacyLife.APPEAL))
                .filter(c -> c.starts().contains("notice-date"))
                .filter(c -> c.coverages().stream().anyMatch(types::contains))
                .toList();
    }
}
