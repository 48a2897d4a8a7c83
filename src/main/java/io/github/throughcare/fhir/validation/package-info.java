/**
 * What R4 forbids in the shape of a resource: unknown elements, wrong cardinality, malformed primitives. Cheap enough
 * to stand on every write path, so it works on the JSON tree and knows no profile and no terminology beyond the required
 * bindings that are part of R4's own structure. Profiles and value sets are the concern of {@code $validate}.
 *
 * <p>Way in: {@link io.github.throughcare.fhir.validation.Structure}. Owns no table.
 */
@NullMarked
package io.github.throughcare.fhir.validation;

import org.jspecify.annotations.NullMarked;
