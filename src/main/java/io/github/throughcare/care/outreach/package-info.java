/**
 * Who needs case management, and the case itself. Ways in: {@link EpisodeRule} keeps the life of an EpisodeOfCare on every write
 * path; {@code $assign}, {@code $caseload}, {@code $time-summary}, {@code $timeline} and {@code Group/$find-cases} are its
 * operations. {@link OutreachRule} and {@link OutreachWatcher} bring outreach to enrolment or refusal. {@link CaseOpening} opens a case from a referral. Kinds of cases, billing thresholds and acuity are CodeSystems in
 * {@code ig/}.
 */
@NullMarked
package io.github.throughcare.care.outreach;

import org.jspecify.annotations.NullMarked;
