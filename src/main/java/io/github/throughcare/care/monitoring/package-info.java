/**
 * What must not be forgotten. Ways in: {@code Patient/$coordination-gaps} finds what is missing or double ({@link Gaps}), nightly for
 * every case; {@link DueWatch} tells the supervisor once of what is overdue; {@link CaseClocks} are the dates that law
 * and programme set for a case; {@link ContactRule} counts attempts to reach a person. Owns no table: what it finds are resources.
 */
@NullMarked
package io.github.throughcare.care.monitoring;

import org.jspecify.annotations.NullMarked;
