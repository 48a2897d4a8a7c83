package io.github.throughcare.fhir.rest;

import io.github.throughcare.fhir.Problem;
import java.io.ByteArrayInputStream;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;

/** What must hold of XML before HAPI reads it: no document type, the namespace of FHIR, and a depth that a stack can bear. */
final class XmlShape {

    /** As of JSON, where it is about the same. */
    private static final int DEEPEST = 200;

    private static final String FHIR = "http://hl7.org/fhir";

    private XmlShape() {}

    /** @throws Problem 400 */
    static void check(byte[] xml) {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        try {
            XMLStreamReader in = factory.createXMLStreamReader(new ByteArrayInputStream(xml));
            for (int depth = 0; in.hasNext(); ) {
                switch (in.next()) {
                    case XMLStreamConstants.DTD ->
                        throw Problem.malformed("FHIR XML has no document type declaration", null);
                    case XMLStreamConstants.ENTITY_REFERENCE ->
                        throw Problem.malformed("FHIR XML has no entities of its own: " + in.getLocalName(), null);
                    case XMLStreamConstants.START_ELEMENT -> {
                        if (depth == 0 && !FHIR.equals(in.getNamespaceURI())) {
                            throw Problem.malformed(
                                    "The root element must be in the namespace " + FHIR + ": xmlns=\"" + FHIR + "\"",
                                    null);
                        }
                        if (++depth > DEEPEST) {
                            throw new Problem(
                                    400,
                                    IssueType.TOOCOSTLY,
                                    "The XML is beyond this server's bounds (" + DEEPEST + " levels deep)");
                        }
                    }
                    case XMLStreamConstants.END_ELEMENT -> depth--;
                    default -> {
                        // text, comments
                    }
                }
            }
        } catch (XMLStreamException e) {
            throw Problem.malformed("The body is no well-formed XML", null);
        }
    }
}
