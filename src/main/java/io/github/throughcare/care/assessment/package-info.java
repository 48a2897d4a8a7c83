/**
 * Assessment: a filled form becomes scores, needs and alerts.
 *
 * <p>Way in: {@code POST Patient/{id}/$assess} ({@link io.github.throughcare.care.assessment.AssessOperation}). What a form asks, how
 * it is scored, which bands it has, which need and which alert an answer raises stand in the Questionnaire
 * ({@code ig/input/questionnaires}) and its extensions ({@code ig/input/extensions}, docs/assessment.md); no class here knows an
 * instrument.
 *
 * <p>Middle: {@link io.github.throughcare.care.assessment.Assessment}, a pure function from form, response and what is open already to
 * the resources to store. Owns no table.
 */
@NullMarked
package io.github.throughcare.care.assessment;

import org.jspecify.annotations.NullMarked;
