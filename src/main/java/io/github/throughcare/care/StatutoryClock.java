package io.github.throughcare.care;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.ActivityDefinition;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Duration;
import org.hl7.fhir.r4.model.Enumerations.PublicationStatus;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.RelatedArtifact;
import org.hl7.fhir.r4.model.RelatedArtifact.RelatedArtifactType;
import org.hl7.fhir.r4.model.Type;
import org.hl7.fhir.r4.model.UsageContext;
import org.jspecify.annotations.Nullable;

/**
 * By when law, contract or programme wants something done, as data: an ActivityDefinition of kind Task with the extension
 * {@code statutory-clock}. {@code timingDuration} is the time that runs from the event named there, {@code useContext} the kinds of
 * case it runs for, {@code relatedArtifact} (citation) its source. Only an {@code active} one counts; what nobody has confirmed is
 * {@code draft} and decides nothing. What its {@code useContext} names besides kinds of case are kinds of insurance that it is for. Pure.
 *
 * @param url canonical without version
 * @param task what is to be done, {@code task-kind}
 * @param caseTypes codes of {@code case-type} it runs for; none: for no kind of case, it is only named by Tasks
 * @param coverages {@code system|code} of Coverage.type that it runs for; none: it does not depend on who pays
 * @param starts codes of events from which it runs, the first one that is known counts
 * @param optional whether the event may never happen: without its date the clock is silent, and nobody is asked for it
 * @param within time from that event to the last day that is in time
 * @param every how often it comes again; null: once
 * @param grace what is added to each last day
 * @param opens how long before that day it may be done at the earliest; null: any time
 * @param business whether {@code within} counts business days
 */
public record StatutoryClock(
        String url,
        String title,
        CodeableConcept task,
        List<String> caseTypes,
        List<String> coverages,
        List<String> starts,
        boolean optional,
        Amount within,
        @Nullable Amount every,
        @Nullable Amount grace,
        @Nullable Amount opens,
        boolean business,
        boolean active,
        List<String> sources) {

    public static final String EXTENSION = Ig.extension("statutory-clock");
    public static final String CASE_TYPE = Ig.codeSystem("case-type");

    private static final BigDecimal MOST = BigDecimal.valueOf(100_000);

    /** A stretch of the calendar in whole days, weeks, months or years. */
    public record Amount(int number, String unit) {

        LocalDate after(LocalDate day) {
            return plus(day, number);
        }

        LocalDate before(LocalDate day) {
            return plus(day, -number);
        }

        private LocalDate plus(LocalDate day, int n) {
            return switch (unit) {
                case "d" -> day.plusDays(n);
                case "wk" -> day.plusWeeks(n);
                case "mo" -> day.plusMonths(n);
                default -> day.plusYears(n);
            };
        }

        Amount times(int n) {
            return new Amount(number * n, unit);
        }

        static Optional<Amount> of(@Nullable Object value) {
            if (!(value instanceof Duration d)
                    || !d.hasValue()
                    || d.getValue().stripTrailingZeros().scale() > 0
                    || d.getValue().signum() < 0
                    || d.getValue().compareTo(MOST) > 0) {
                return Optional.empty();
            }
            String unit = String.valueOf(d.getCode());
            return List.of("d", "wk", "mo", "a").contains(unit)
                    ? Optional.of(new Amount(d.getValue().intValueExact(), unit))
                    : Optional.empty();
        }
    }

    /** Empty when it is no clock, or one that cannot be read. */
    public static Optional<StatutoryClock> of(ActivityDefinition definition) {
        Extension clock = definition.getExtensionByUrl(EXTENSION);
        Optional<Amount> within = Amount.of(definition.getTiming());
        if (clock == null || within.isEmpty() || !definition.hasUrl()) {
            return Optional.empty();
        }
        return Optional.of(new StatutoryClock(
                definition.getUrl(),
                definition.hasTitle() ? definition.getTitle() : definition.getName(),
                definition.getCode(),
                contexts(definition)
                        .filter(c -> CASE_TYPE.equals(c.getSystem()))
                        .map(Coding::getCode)
                        .toList(),
                contexts(definition)
                        .filter(c -> !CASE_TYPE.equals(c.getSystem()))
                        .map(c -> c.getSystem() + "|" + c.getCode())
                        .toList(),
                clock.getExtensionsByUrl("start").stream()
                        .flatMap(e -> Optional.ofNullable(e.getValue()).stream())
                        .map(Type::primitiveValue)
                        .filter(Objects::nonNull)
                        .toList(),
                says(clock, "optional", "true"),
                within.get(),
                part(clock, "every"),
                part(clock, "grace"),
                part(clock, "opens"),
                says(clock, "days", "business"),
                definition.getStatus() == PublicationStatus.ACTIVE,
                definition.getRelatedArtifact().stream()
                        .filter(a -> a.getType() == RelatedArtifactType.CITATION)
                        .map(RelatedArtifact::getCitation)
                        .toList()));
    }

    private static Stream<Coding> contexts(ActivityDefinition definition) {
        return definition.getUseContext().stream()
                .map(UsageContext::getValue)
                .filter(CodeableConcept.class::isInstance)
                .flatMap(c -> ((CodeableConcept) c).getCoding().stream());
    }

    private static boolean says(Extension clock, String name, String value) {
        return clock.getExtensionsByUrl(name).stream()
                .anyMatch(e -> e.getValue() != null && value.equals(e.getValue().primitiveValue()));
    }

    private static @Nullable Amount part(Extension clock, String name) {
        Extension part = clock.getExtensionByUrl(name);
        return part == null ? null : Amount.of(part.getValue()).orElse(null);
    }

    /** The last day in time of the first turn. */
    public LocalDate due(LocalDate start) {
        return due(start, 0);
    }

    /** @param turn 0 for the first, 1 for the one after that, ... */
    public LocalDate due(LocalDate start, int turn) {
        LocalDate day;
        if (every == null || turn == 0) {
            day = business ? BusinessDays.after(start, within.number()) : within.after(start);
        } else if (every.unit().equals(within.unit()) && !business) {
            // from the start, not from turn to turn: the 31st stays the 31st where there is one
            day = new Amount(within.number() + every.number() * turn, within.unit()).after(start);
        } else {
            day = every.times(turn).after(business ? BusinessDays.after(start, within.number()) : within.after(start));
        }
        return grace == null ? day : grace.after(day);
    }

    /** The first day on which that turn may be done; null: any. */
    public @Nullable LocalDate opens(LocalDate due) {
        return opens == null ? null : opens.before(due);
    }

    /** Who says so, for a sentence. */
    public String source() {
        return sources.isEmpty() ? "no source" : String.join("; ", sources);
    }
}
