/**
 * Readmission risk of an inpatient stay: LACE, HOSPITAL and simplified HOSPITAL, each with the evidence for every item and
 * with a range where something is missing. Way in: the operations {@code $readmission-risk} and
 * {@code $flag-readmission-risk}; for other steps of care {@link io.github.throughcare.care.risk.ReadmissionRiskRecorder}.
 *
 * <p>Edges read ({@code StayReader}) and write ({@code ReadmissionRiskRecorder}); between them stand pure functions:
 * {@code StayRecord} to {@code Finding} to {@code Score}. Points, bands, probabilities, comorbidity prefixes and code lists are
 * resources of the implementation guide ({@code CodeSystem/lace-index} and its neighbours), never Java.
 */
@NullMarked
package io.github.throughcare.care.risk;

import org.jspecify.annotations.NullMarked;
