package io.github.throughcare.care.transition;

import io.github.throughcare.care.Ig;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.Comparator;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.IntegerType;
import org.hl7.fhir.r4.model.Period;
import org.hl7.fhir.r4.model.RiskAssessment;
import org.hl7.fhir.r4.model.RiskAssessment.RiskAssessmentStatus;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.json.JsonMapper;

/**
 * What the worklist reads of a RiskAssessment.
 *
 * @param id logical id
 * @param stay id of the Encounter it is about; "null" without
 * @param index its index, whichever version of the point table; one that does not say stands for itself
 * @param counts not entered in error, not cancelled
 * @param made when; without a time, when it was stored
 * @param bands codes of its predictions' bands
 * @param points fewest points of a LACE assessment, -1 for another one
 */
record StayRisk(
        String id,
        String stay,
        String index,
        boolean counts,
        Instant made,
        Instant stored,
        Set<String> bands,
        int points) {

    private static final JsonMapper JSON = new JsonMapper();
    private static final String ENCOUNTER = "Encounter/";
    private static final String RISK_SCORE = Ig.extension("risk-score");
    private static final String LACE_SYSTEM = Ig.codeSystem("lace-index");
    private static final String LACE = "lace";

    private static final Comparator<StayRisk> BY_TIME =
            Comparator.comparing(StayRisk::made).thenComparing(StayRisk::stored).thenComparing(StayRisk::id);

    /** Those that say how a stay is now: of each index the one that was made last. */
    static List<StayRisk> latest(Collection<StayRisk> ofOneStay) {
        Map<String, StayRisk> latest = new TreeMap<>();
        for (StayRisk one : ofOneStay) {
            if (one.counts()) {
                latest.merge(one.index(), one, (a, b) -> BY_TIME.compare(a, b) < 0 ? b : a);
            }
        }
        return List.copyOf(latest.values());
    }

    static Set<String> bands(List<StayRisk> risks) {
        return risks.stream().flatMap(r -> r.bands().stream()).collect(Collectors.toSet());
    }

    static int highestPoints(List<StayRisk> risks) {
        return risks.stream().mapToInt(StayRisk::points).max().orElse(-1);
    }

    static StayRisk of(RiskAssessment assessment) {
        String id = assessment.getIdElement().getIdPart();
        List<Coding> methods = assessment.getMethod().getCoding();
        Instant stored = instant(assessment.getMeta().getLastUpdated());
        Date occurred = assessment.getOccurrence() instanceof DateTimeType time
                ? time.getValue()
                : assessment.getOccurrence() instanceof Period period ? period.getStart() : null;
        return new StayRisk(
                id,
                String.valueOf(assessment.getEncounter().getReferenceElement().getIdPart()),
                methods.stream()
                        .filter(Coding::hasCode)
                        .map(c -> "code " + c.getCode())
                        .findFirst()
                        .orElseGet(() -> assessment.getMethod().hasText()
                                ? "text " + assessment.getMethod().getText()
                                : "id " + id),
                assessment.getStatus() != RiskAssessmentStatus.ENTEREDINERROR
                        && assessment.getStatus() != RiskAssessmentStatus.CANCELLED,
                occurred == null ? stored : occurred.toInstant(),
                stored,
                assessment.getPrediction().stream()
                        .flatMap(p -> p.getQualitativeRisk().getCoding().stream())
                        .filter(Coding::hasCode)
                        .map(Coding::getCode)
                        .collect(Collectors.toSet()),
                methods.stream().anyMatch(c -> LACE_SYSTEM.equals(c.getSystem()) || LACE.equals(c.getCode()))
                        ? points(assessment)
                        : -1);
    }

    private static Instant instant(@Nullable Date date) {
        return date == null ? Instant.MIN : date.toInstant();
    }

    private static int points(RiskAssessment assessment) {
        return assessment.getPrediction().stream()
                .flatMap(p -> p.getExtensionsByUrl(RISK_SCORE).stream())
                .flatMap(e -> e.getExtensionsByUrl("minPoints").stream())
                .map(Extension::getValue)
                .filter(v -> v instanceof IntegerType && v.hasPrimitiveValue())
                .mapToInt(v -> ((IntegerType) v).getValue())
                .max()
                .orElse(-1);
    }

    /**
     * The same from stored JSON, as this server writes its own: one with a time of day and a zone, about an Encounter here.
     *
     * @return null where it is of any other form: the store will say
     */
    static @Nullable StayRisk of(byte[] json) {
        try (JsonParser parser = JSON.createParser(json)) {
            return new Reading(parser).risk();
        } catch (JacksonException e) {
            return null; // larger than one reads by the way
        }
    }

    /** Of its JSON only what is needed, everything else is passed over. */
    private static final class Reading {
        private final JsonParser parser;
        private final Set<String> bands = new HashSet<>(4);
        private @Nullable String id;
        private @Nullable String status;
        private @Nullable String stored;
        private @Nullable String stay;
        private @Nullable String made;
        private @Nullable String firstCode;
        private @Nullable String url;
        private int codings;
        private boolean lace;
        private int points = -1;
        private int part;

        Reading(JsonParser parser) {
            this.parser = parser;
        }

        @Nullable
        StayRisk risk() {
            parser.nextToken();
            object(name -> {
                switch (name) {
                    case "id" -> id = text();
                    case "status" -> status = text();
                    case "occurrenceDateTime" -> made = text();
                    case "meta" -> one("lastUpdated", () -> stored = text());
                    case "encounter" -> one("reference", () -> stay = text());
                    case "method" -> one("coding", () -> each(this::method));
                    case "prediction" -> each(this::prediction);
                    default -> parser.skipChildren();
                }
            });
            Instant when = instant(made);
            Instant kept = instant(stored);
            if (id == null || stay == null || when == null || kept == null || firstCode == null || !isStay(stay)) {
                return null;
            }
            return new StayRisk(
                    id,
                    stay.substring(ENCOUNTER.length()),
                    "code " + firstCode,
                    !"entered-in-error".equals(status) && !"cancelled".equals(status),
                    when,
                    kept,
                    Set.copyOf(bands),
                    lace ? points : -1);
        }

        private void method() {
            boolean first = codings++ == 0;
            object(name -> {
                switch (name) {
                    case "code" -> {
                        firstCode = first ? text() : firstCode;
                        lace |= LACE.equals(text());
                    }
                    case "system" -> lace |= LACE_SYSTEM.equals(text());
                    default -> parser.skipChildren();
                }
            });
        }

        private void prediction() {
            object(name -> {
                switch (name) {
                    case "qualitativeRisk" ->
                        one("coding", () -> each(() -> one("code", () -> bands.add(String.valueOf(text())))));
                    case "extension" -> each(this::score);
                    default -> parser.skipChildren();
                }
            });
        }

        /** The url may stand before or behind what it names. */
        private void score() {
            String[] of = new String[1];
            int[] most = {-1};
            object(name -> {
                switch (name) {
                    case "url" -> of[0] = text();
                    case "extension" ->
                        each(() -> {
                            url = null;
                            part = -1;
                            object(inner -> {
                                switch (inner) {
                                    case "url" -> url = text();
                                    case "valueInteger" -> part = parser.getIntValue();
                                    default -> parser.skipChildren();
                                }
                            });
                            most[0] = "minPoints".equals(url) ? Math.max(most[0], part) : most[0];
                        });
                    default -> parser.skipChildren();
                }
            });
            points = RISK_SCORE.equals(of[0]) ? Math.max(points, most[0]) : points;
        }

        private void one(String wanted, Runnable read) {
            object(name -> {
                if (name.equals(wanted)) {
                    read.run();
                } else {
                    parser.skipChildren();
                }
            });
        }

        private void object(Consumer<String> member) {
            if (parser.currentToken() != JsonToken.START_OBJECT) {
                parser.skipChildren();
                return;
            }
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = parser.currentName();
                parser.nextToken();
                member.accept(name);
            }
        }

        private void each(Runnable item) {
            if (parser.currentToken() == JsonToken.START_ARRAY) {
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    item.run();
                }
            } else {
                parser.skipChildren();
            }
        }

        private @Nullable String text() {
            return parser.currentToken() == JsonToken.VALUE_STRING ? parser.getString() : null;
        }
    }

    private static boolean isStay(String reference) {
        if (!reference.startsWith(ENCOUNTER) || reference.length() == ENCOUNTER.length()) {
            return false;
        }
        return reference.chars().skip(ENCOUNTER.length()).noneMatch(c -> c == '/' || c == '#' || c == '?');
    }

    /** As exact as HAPI's dates are. */
    private static @Nullable Instant instant(@Nullable String time) {
        try {
            return time == null ? null : OffsetDateTime.parse(time).toInstant().truncatedTo(ChronoUnit.MILLIS);
        } catch (DateTimeException e) {
            return null;
        }
    }
}
