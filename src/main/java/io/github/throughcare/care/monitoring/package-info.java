/**
 * What must not be forgotten. Ways in: {@code Patient/$coordination-gaps} finds what is missing or double ({@link Gaps}), nightly for
 * every case; {@link DueWatch} tells the supervisor once of what is overdue; {@link ContactRule} counts attempts to reach a person
 * and looks for meetings that collide. Owns no table: what it finds are resources.
 */
@NullMarked
package io.github.throughcare.care.monitoring;

import org.jspecify.annotations.NullMarked;
