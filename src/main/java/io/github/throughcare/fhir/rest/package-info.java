/**
 * HTTP: HAPI's {@code RestfulServer} takes the request ({@link FhirServer}), {@link Exchange} turns it into an interaction's
 * {@code Request} and {@link AnswerWriter} writes the {@code Answer}: stored bytes as they are, unless the client asked for another
 * form. Owns no table.
 */
@NullMarked
package io.github.throughcare.fhir.rest;

import org.jspecify.annotations.NullMarked;
