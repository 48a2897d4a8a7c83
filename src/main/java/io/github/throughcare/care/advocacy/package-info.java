/**
 * Rights, and what is done when a service is denied. Way in: {@link AdvocacyRule}, asked on every write of a Task. A denied service, a
 * grievance, an appeal, a fair hearing and an application for a benefit are Tasks that are open until a decision stands in them
 * ({@link AdvocacyLife}); an appeal's decision reaches the denied service it is part of. {@link DenialRule} opens a denied service
 * from what an insurer answers ({@link ClaimDecision}) and ends it with a later one. Deadlines are data:
 * {@link io.github.throughcare.care.StatutoryClock}. Choice and rights are recorded as Tasks that say what was given and chosen
 * ({@link AdvocacyPapers}).
 */
@NullMarked
package io.github.throughcare.care.advocacy;

import org.jspecify.annotations.NullMarked;
