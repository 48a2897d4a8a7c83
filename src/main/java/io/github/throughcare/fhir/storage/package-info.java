/**
 * Keeps resources: tables, versions (= history), transactions, outbox (docs/storage.md). The only room with Hibernate and JDBC.
 * Hibernate maps and validates the tables, runs the transactions and the quiet tables; the three hot paths (read, search page,
 * commit) are plain SQL, where it was measured faster. Way in: {@link Store}. Owns every table of {@code db/migration}.
 */
@NullMarked
package io.github.throughcare.fhir.storage;

import org.jspecify.annotations.NullMarked;
