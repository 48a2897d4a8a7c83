package io.github.throughcare.fhir.rest;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Bounds of the HTTP interface.
 *
 * @param maxBody largest body of a request, unpacked ({@code THROUGHCARE_MAX_BODY}), default 80 MB; larger is 413
 * @param reads requests that only read, at the same time ({@code THROUGHCARE_REST_READS}), default 64; one more is 503
 * @param writes requests that write, at work or waiting ({@code THROUGHCARE_REST_WRITES}), default 128; one more is 503
 * @param writesAtOnce of these at work, default 12: fewer than there are connections to the database, so that reads find one
 * @param largeAtOnce large bodies at work, default 3: each takes some ten times its size in memory
 * @param largeFrom from what size, packed, a body is large; one whose size is not said is, default 4 MB
 */
@ConfigurationProperties("throughcare.rest")
public record RestSettings(
        @DefaultValue("80MB") DataSize maxBody,
        @DefaultValue("64") int reads,
        @DefaultValue("128") int writes,
        @DefaultValue("12") int writesAtOnce,
        @DefaultValue("3") int largeAtOnce,
        @DefaultValue("4MB") DataSize largeFrom) {}
