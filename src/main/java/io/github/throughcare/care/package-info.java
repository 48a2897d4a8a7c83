/** Words that all steps of care share: codes, canonicals, the facility's settings. No step of care is known here. */
@NullMarked
package io.github.throughcare.care;

import org.jspecify.annotations.NullMarked;
