/**
 * Meetings: nobody is booked twice for the same time. Way in: {@link MeetingRule}, a rule for every write of an Appointment; what an
 * Appointment takes of whose time is {@link TakenTime}. Owns no table.
 */
@NullMarked
package io.github.throughcare.care.schedule;

import org.jspecify.annotations.NullMarked;
