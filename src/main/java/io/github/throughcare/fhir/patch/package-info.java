/**
 * The three ways to patch a resource: JSON Patch, FHIRPath Patch and XML Patch, each by a library, within bounds, and without a change
 * to what the patch does not name. Pure: a resource and a patch in, a resource out. Way in: {@link
 * io.github.throughcare.fhir.patch.Patches}.
 */
@NullMarked
package io.github.throughcare.fhir.patch;

import org.jspecify.annotations.NullMarked;
