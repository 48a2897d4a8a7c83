/**
 * Operations that are answered later (R4 async.html, asynchronous request patterns): begun by {@code Prefer: respond-async}, asked for
 * at {@code [base]/_job/[id]}, ended by DELETE. A job stands in the table {@code job} before the client hears of it, is run by whichever
 * server process is free (db-scheduler), and is run again when that process dies. Way in: {@link Jobs}. Owns the tables {@code job} and,
 * with the storage, {@code scheduled_tasks}.
 */
@NullMarked
package io.github.throughcare.fhir.job;

import org.jspecify.annotations.NullMarked;
