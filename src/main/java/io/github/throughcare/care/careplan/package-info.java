/**
 * Planning: {@code Patient/$generate-care-plan} and {@code PlanDefinition/$apply}. A programme is a PlanDefinition in {@code ig/};
 * the clinical-reasoning library applies it, and {@link io.github.throughcare.care.careplan.PlanDraft} makes the one living
 * plan of the patient of what was applied.
 *
 * <p>Way in: {@code GenerateCarePlanOperation}. Read from outside in: operation, {@code Programmes} (which, and whether the
 * assessment is there), {@code ClinicalReasoning} (apply), {@code PlanDraft} (pure), one commit.
 */
@NullMarked
package io.github.throughcare.care.careplan;

import org.jspecify.annotations.NullMarked;
