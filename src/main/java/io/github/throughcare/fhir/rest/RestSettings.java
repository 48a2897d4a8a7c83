package io.github.throughcare.fhir.rest;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Bounds of the HTTP interface.
 *
 * @param maxBody largest body of a request, unpacked ({@code THROUGHCARE_MAX_BODY}), default 80 MB; larger is 413
 */
@ConfigurationProperties("throughcare.rest")
public record RestSettings(@DefaultValue("80MB") DataSize maxBody) {}
