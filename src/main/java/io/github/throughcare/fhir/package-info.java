/**
 * The door: the only words that {@code care} and {@code worklist} know of the FHIR engine. At most ten public types;
 * depends on no other package of ours. What lies behind it (storage, search, rest, ...) is nobody's business.
 */
@NullMarked
package io.github.throughcare.fhir;

import org.jspecify.annotations.NullMarked;
