package io.github.throughcare.fhir.interaction;

import io.github.throughcare.fhir.Problem;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Reads a JSON body within bounds; decimals keep their digits. */
public final class JsonBodies {

    private static final int DEEPEST = 200;

    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(DEEPEST)
                            .maxNumberLength(1000)
                            .maxStringLength(60_000_000)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(tools.jackson.databind.cfg.JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    private JsonBodies() {}

    /** The mapper that bodies are read and written with. */
    public static JsonMapper mapper() {
        return MAPPER;
    }

    /** @throws Problem 400 for what is no JSON object, 413 beyond the bounds */
    public static ObjectNode parse(byte[] body) {
        try (JsonParser parser = new ExactDecimals(MAPPER.createParser(body))) {
            JsonNode node = MAPPER.readTree(parser);
            if (node != null && parser.nextToken() != null) {
                throw Problem.malformed("The body is no well-formed JSON: something follows the resource", null);
            }
            if (node instanceof ObjectNode object) {
                return object;
            }
            throw Problem.malformed("The body must be one FHIR resource as a JSON object", null);
        } catch (StreamConstraintsException e) {
            throw new Problem(
                    400,
                    IssueType.TOOCOSTLY,
                    "The JSON is beyond this server's bounds (" + DEEPEST
                            + " levels deep, numbers of 1,000 digits, strings of 60 MB): " + e.getOriginalMessage());
        } catch (NumberFormatException e) {
            throw Problem.malformed("The body is no well-formed JSON: a number's exponent is beyond all bounds", null);
        } catch (JacksonException e) {
            throw Problem.malformed(
                    "The body is no well-formed JSON: " + e.getOriginalMessage() + " (line "
                            + e.getLocation().getLineNr() + ", column "
                            + e.getLocation().getColumnNr() + ")",
                    null);
        }
    }
}
