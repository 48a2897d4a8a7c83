package io.github.throughcare.care.risk;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.hl7.fhir.r4.model.Base;
import org.hl7.fhir.r4.model.BaseDateTimeType;
import org.hl7.fhir.r4.model.BooleanType;
import org.hl7.fhir.r4.model.CodeSystem;
import org.hl7.fhir.r4.model.CodeSystem.ConceptDefinitionComponent;
import org.hl7.fhir.r4.model.Condition;
import org.hl7.fhir.r4.model.DecimalType;
import org.hl7.fhir.r4.model.IntegerType;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Period;
import org.hl7.fhir.r4.model.Procedure;
import org.hl7.fhir.r4.model.Quantity;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.StringType;
import org.hl7.fhir.r4.model.Type;
import org.jspecify.annotations.Nullable;

/**
 * An index of a hospital's own: a point table like those of the guide, whose items are read by FHIRPath ({@code expression}), or, without
 * one, are items of the published indices under their code. An expression stands on the Encounter of the stay and sees {@code %patient},
 * {@code %encounters}, {@code %conditions}, {@code %observations} and {@code %procedures}, as far as they were on record by then. Empty is
 * unknown and makes a range; true and false are 1 and 0.
 *
 * @param expressions item to parsed FHIRPath
 */
record OwnIndex(IndexTable table, Map<String, FhirPathInputs.Parsed> expressions) {

    /** @throws RuntimeException naming what is wrong with the table */
    static OwnIndex of(CodeSystem definition, FhirPathInputs inputs) {
        IndexTable table = IndexTable.of(definition);
        if (table.bands().isEmpty() || table.items().isEmpty()) {
            throw new IllegalArgumentException("a point table needs items and bands");
        }
        int least = table.items().values().stream()
                .mapToInt(s -> s.least(BigDecimal.valueOf(Long.MIN_VALUE), null))
                .sum();
        if (table.bands().floorEntry(least) == null) {
            throw new IllegalArgumentException("no band begins at or below the least total, " + least);
        }
        Map<String, FhirPathInputs.Parsed> expressions = new HashMap<>();
        for (ConceptDefinitionComponent item : definition.getConceptFirstRep().getConcept()) {
            Properties.all(item, "expression", StringType.class)
                    .forEach(e -> expressions.put(item.getCode(), inputs.parse(e.getValue())));
        }
        return new OwnIndex(table, Map.copyOf(expressions));
    }

    /** What an expression sees. */
    record Scope(Patient patient, StayRecord record, List<Observation> observations, RiskPolicy policy) {

        List<Base> variable(String name) {
            return switch (name) {
                case "patient" -> List.of(patient);
                case "encounters" -> byThen(record.encounters());
                case "conditions" -> byThen(record.conditions());
                case "observations" -> byThen(observations);
                case "procedures" -> byThen(record.procedures());
                default -> throw new IllegalArgumentException("%" + name + " is not known here");
            };
        }

        private List<Base> byThen(List<? extends Resource> resources) {
            return resources.stream()
                    .filter(this::wasThere)
                    .map(Base.class::cast)
                    .toList();
        }

        private boolean wasThere(Resource resource) {
            Instant asOf = policy.asOf();
            return Moment.of(time(resource), policy.zone()).map(m -> m.by(asOf)).orElse(true);
        }

        private static @Nullable BaseDateTimeType time(Resource resource) {
            if (resource instanceof Condition c) {
                return c.hasRecordedDate() ? c.getRecordedDateElement() : start(c.getOnset());
            }
            if (resource instanceof Observation o) {
                return o.hasIssued() ? new org.hl7.fhir.r4.model.DateTimeType(o.getIssued()) : start(o.getEffective());
            }
            if (resource instanceof Procedure p) {
                return start(p.getPerformed());
            }
            return resource instanceof org.hl7.fhir.r4.model.Encounter e
                    ? e.getPeriod().getStartElement()
                    : null;
        }

        private static @Nullable BaseDateTimeType start(@Nullable Type time) {
            return time instanceof BaseDateTimeType t ? t : time instanceof Period p ? p.getStartElement() : null;
        }
    }

    /** Scores a stay; items without an expression are taken from what the published indices found. */
    Score score(List<Finding> found, Scope scope, FhirPathInputs inputs) {
        List<Finding> findings = table.items().keySet().stream()
                .map(item -> expressions.containsKey(item)
                        ? finding(item, inputs.evaluate(Objects.requireNonNull(expressions.get(item)), scope), scope)
                        : found.stream()
                                .filter(f -> f.code().equals(item))
                                .findFirst()
                                .orElseGet(() -> Finding.unknown(item, "nothing reads this item")))
                .toList();
        return table.score(findings);
    }

    private static Finding finding(String item, List<Base> values, Scope scope) {
        List<String> evidence = scope.record().stay().evidence();
        Base value = values.isEmpty() ? null : values.get(0);
        if (values.size() == 1 && value instanceof BooleanType yes) {
            return Finding.known(item, yes.booleanValue(), evidence);
        }
        BigDecimal number = value instanceof Quantity q
                ? q.getValue()
                : value instanceof IntegerType i
                        ? BigDecimal.valueOf(i.getValue())
                        : value instanceof DecimalType d ? d.getValue() : null;
        if (values.size() != 1 || number == null) {
            return Finding.unknown(
                    item,
                    values.isEmpty()
                            ? "the expression finds nothing"
                            : "the expression finds no single number or boolean");
        }
        return new Finding(item, Certainty.KNOWN, number, number, (Type) value, evidence, null);
    }
}
