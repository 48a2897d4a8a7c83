/**
 * A PostgreSQL of the server's own, for those who have only a JDK: unpacked, initialised, started and stopped under one
 * home directory. It keeps clinical data, so it runs with every durability setting on and behind a password. With an
 * external database nothing of this is touched.
 *
 * <p>Way in: {@link io.github.throughcare.fhir.storage.embedded.EmbeddedPostgres#start(java.nio.file.Path)}. Owns the
 * files {@code data/ postgres/ password port lock postgres.log} under the home.
 */
@NullMarked
package io.github.throughcare.fhir.storage.embedded;

import org.jspecify.annotations.NullMarked;
