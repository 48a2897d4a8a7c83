/**
 * The way home: what a discharge starts, moves and ends, and the discharge worklist. Ways in: {@code DischargeWatcher} (an
 * inpatient Encounter becomes finished), {@code ContactWatcher} (a Communication tells of an attempt), {@code Encounter/$discharge-worklist}.
 *
 * <p>Rules are pure functions: {@code FederalHolidays} and {@code BusinessDays} to {@code TransitionTasks}; {@code ContactAttempts};
 * {@code MedicationComparison}. Stored Tasks have ids that derive from Encounter and kind, so that being told twice changes
 * nothing. Readings taken: docs/spec-notes.md, "Transition of care".
 */
@NullMarked
package io.github.throughcare.care.transition;

import org.jspecify.annotations.NullMarked;
