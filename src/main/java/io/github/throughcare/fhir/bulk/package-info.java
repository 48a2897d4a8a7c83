/**
 * Many resources at once: {@code $import} of NDJSON files by the bulk-import manifest, and a folder of Bundles that is loaded at the
 * start. Both go on where they were after a kill: what is stored and the note that it is stored are one transaction. References are
 * not checked, versions and times are this server's. Way in: {@link ImportOperation}, {@link BundleFolder}. Owns the tables
 * {@code import_batch}, {@code import_error} and {@code imported_file}.
 */
@NullMarked
package io.github.throughcare.fhir.bulk;

import org.jspecify.annotations.NullMarked;
