/**
 * ValueSets and CodeSystems that are stored here: which codes a value set holds, and which codes a code stands above or below. What
 * cannot be told from the stored definitions alone is a {@code Problem}, never an empty answer. Owns no table. Way in:
 * {@link Terminology}.
 */
@NullMarked
package io.github.throughcare.fhir.terminology;

import org.jspecify.annotations.NullMarked;
