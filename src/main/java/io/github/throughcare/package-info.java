/** Throughcare: a FHIR R4 care-coordination server. Three storeys: {@code fhir}, {@code care}, {@code worklist}; see docs/architecture.md. */
@NullMarked
package io.github.throughcare;

import org.jspecify.annotations.NullMarked;
