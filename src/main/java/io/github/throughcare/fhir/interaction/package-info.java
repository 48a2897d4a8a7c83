/**
 * The R4 interactions without HTTP: read, search, history, create, update, delete, batch and transaction, operations. A
 * {@link Request} goes through {@link Router} to one class per interaction and becomes an {@link Answer}; the same road serves an
 * HTTP request and an entry of a batch. {@link StoredResources} is the door's way in. Owns no table.
 */
@NullMarked
package io.github.throughcare.fhir.interaction;

import org.jspecify.annotations.NullMarked;
