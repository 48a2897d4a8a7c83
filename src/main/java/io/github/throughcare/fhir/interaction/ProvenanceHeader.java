package io.github.throughcare.fhir.interaction;

import io.github.throughcare.fhir.Problem;
import io.github.throughcare.fhir.storage.Stored;
import io.github.throughcare.fhir.storage.Write;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code X-Provenance}: a Provenance resource in a header, stored in the transaction of the write it speaks of, with the versions that
 * were made as its targets.
 *
 * @see <a href="https://hl7.org/fhir/R4/provenance.html#header">R4, Provenance 6.3.4.6</a>
 */
final class ProvenanceHeader {

    private final ObjectNode provenance;

    private ProvenanceHeader(ObjectNode provenance) {
        this.provenance = provenance;
    }

    /** @throws Problem 400 for what is no Provenance, before anything is written */
    static Optional<ProvenanceHeader> of(Request r, Bodies bodies) {
        return r.header("x-provenance").map(header -> {
            ObjectNode provenance;
            try {
                // the container reads header bytes as ISO 8859-1
                provenance = JsonBodies.parse(
                        new String(header.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8)
                                .getBytes(StandardCharsets.UTF_8));
            } catch (Problem p) {
                throw Problem.malformed("X-Provenance holds a Provenance resource in JSON: " + p.getMessage(), null);
            }
            provenance.putArray("target").addObject().put("display", "what is written");
            bodies.check("Provenance", provenance, "X-Provenance");
            return new ProvenanceHeader(provenance);
        });
    }

    /** The Provenance of what has been written; empty when nothing has. */
    Optional<ObjectNode> about(List<Write.Result> results) {
        ObjectNode about = provenance.deepCopy();
        ArrayNode targets = about.putArray("target");
        for (Write.Result result : results) {
            if (result.outcome() != Write.Outcome.UNCHANGED && result.outcome() != Write.Outcome.ABSENT) {
                Stored s = result.requireStored();
                targets.addObject().put("reference", s.type() + "/" + s.id() + "/_history/" + s.version());
            }
        }
        return targets.isEmpty() ? Optional.empty() : Optional.of(about);
    }
}
