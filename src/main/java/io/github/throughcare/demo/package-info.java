/** Demo patients: three stories in {@code ig/input/examples/demo}, loaded into an empty store. Nothing else depends on this. */
@NullMarked
package io.github.throughcare.demo;

import org.jspecify.annotations.NullMarked;
