package io.github.throughcare.fhir.patch;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.parser.DataFormatException;
import ca.uhn.fhir.parser.IParser;
import ca.uhn.fhir.parser.StrictErrorHandler;
import io.github.throughcare.fhir.Problem;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Resource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Between JSON trees and HAPI's objects. */
final class HapiJson {

    private final FhirContext context;
    private final JsonMapper mapper;

    HapiJson(FhirContext context, JsonMapper mapper) {
        this.context = context;
        this.mapper = mapper;
    }

    /** @throws Problem 400 for what is no FHIR */
    Resource read(ObjectNode json) {
        IParser parser = context.newJsonParser();
        parser.setParserErrorHandler(new StrictErrorHandler());
        try {
            return (Resource) parser.parseResource(mapper.writeValueAsString(json));
        } catch (DataFormatException e) {
            throw Problem.malformed("This is no valid FHIR: " + e.getMessage(), null);
        }
    }

    ObjectNode write(IBaseResource resource) {
        return (ObjectNode) mapper.readTree(context.newJsonParser().encodeResourceToString(resource));
    }
}
