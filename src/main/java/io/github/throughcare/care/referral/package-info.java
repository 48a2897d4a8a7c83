/**
 * The referral that comes back (Gravity SDOH Clinical Care 3.0.0, closed loop). Way in: {@link ReferralRule}, asked on every write of a
 * Task; what may follow what and who may say so is {@link ReferralLife}. {@code HealthcareService/$match} finds who could be
 * asked. The request follows its Task in the same transaction, and an accepted referral for case management opens the case. Tasks for
 * patients have a machine of their own: {@link PatientTaskRule}.
 */
@NullMarked
package io.github.throughcare.care.referral;

import org.jspecify.annotations.NullMarked;
