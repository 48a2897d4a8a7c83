package io.github.throughcare.fhir.patch;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.parser.DataFormatException;
import ca.uhn.fhir.parser.IParser;
import ca.uhn.fhir.parser.StrictErrorHandler;
import com.github.dnault.xmlpatch.Patcher;
import io.github.throughcare.fhir.Problem;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import tools.jackson.databind.node.ObjectNode;

/**
 * XML Patch (RFC 5261), by xml-patch, on the resource's XML. The patch is read once before, by a parser that knows no document types, and
 * its selectors are held to RFC 5261's subset of XPath: the library would follow entities, and {@code document()} to any address.
 */
final class XmlPatchDocument {

    private static final int MOST_OPERATIONS = 1_000;
    private static final int LONGEST_SELECTOR = 2_000;
    /** Node tests, and what RFC 5261 (4.1) needs to pick one of several. */
    private static final Set<String> FUNCTIONS =
            Set.of("text", "node", "comment", "processing-instruction", "position", "last", "not", "and", "or");

    private static final Pattern CALL = Pattern.compile("([A-Za-z][A-Za-z:-]*)\\s*\\(");
    private static final Pattern LITERAL = Pattern.compile("'[^']*'|\"[^\"]*\"");

    private final FhirContext context;
    private final HapiJson json;

    XmlPatchDocument(FhirContext context, HapiJson json) {
        this.context = context;
        this.json = json;
    }

    ObjectNode apply(byte[] patch, ObjectNode resource) {
        check(patch);
        org.hl7.fhir.r4.model.Resource original = json.read(resource);
        byte[] xml = context.newXmlParser().encodeResourceToString(original).getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream patched = new ByteArrayOutputStream(xml.length + 1024);
        try {
            Patcher.patch(new ByteArrayInputStream(xml), new ByteArrayInputStream(patch), patched);
        } catch (IOException | RuntimeException e) {
            throw Patches.unappliable(
                    "The patch cannot be applied to this resource, so nothing was changed: " + e.getMessage(), null);
        }
        return Graft.of(resource, json.write(original), json.write(read(patched.toString(StandardCharsets.UTF_8))));
    }

    private org.hl7.fhir.instance.model.api.IBaseResource read(String xml) {
        IParser parser = context.newXmlParser();
        parser.setParserErrorHandler(new StrictErrorHandler());
        try {
            return parser.parseResource(xml);
        } catch (DataFormatException e) {
            throw Patches.unappliable("What the patch leaves is no valid FHIR XML: " + e.getMessage(), null);
        }
    }

    private static void check(byte[] patch) {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        int operations = 0;
        try {
            XMLStreamReader in = factory.createXMLStreamReader(new ByteArrayInputStream(patch));
            for (int depth = 0; in.hasNext(); ) {
                int event = in.next();
                if (event == XMLStreamConstants.DTD || event == XMLStreamConstants.ENTITY_REFERENCE) {
                    throw Problem.malformed("An XML Patch has no document type declaration", null);
                }
                if (event == XMLStreamConstants.START_ELEMENT) {
                    depth++;
                    if (depth == 1 && !in.getLocalName().equals("diff")) {
                        throw Problem.malformed("The root element of an XML Patch is diff (RFC 5261)", null);
                    }
                    if (depth == 2) {
                        operations++;
                        operation(in);
                    }
                } else if (event == XMLStreamConstants.END_ELEMENT) {
                    depth--;
                }
            }
        } catch (XMLStreamException e) {
            throw Problem.malformed("The patch is no well-formed XML", null);
        }
        if (operations > MOST_OPERATIONS) {
            throw new Problem(400, IssueType.TOOCOSTLY, "A patch may have " + MOST_OPERATIONS + " operations at most");
        }
    }

    private static void operation(XMLStreamReader in) {
        String name = in.getLocalName();
        if (!Set.of("add", "replace", "remove").contains(name)) {
            throw Problem.malformed("The operations of an XML Patch are add, replace and remove, not " + name, null);
        }
        String selector = in.getAttributeValue(null, "sel");
        if (selector == null || selector.isBlank() || selector.length() > LONGEST_SELECTOR) {
            throw Problem.malformed(
                    "Each operation of an XML Patch names one node by sel, in " + LONGEST_SELECTOR
                            + " characters at most",
                    null);
        }
        Matcher call = CALL.matcher(LITERAL.matcher(selector).replaceAll("''"));
        while (call.find()) {
            if (!FUNCTIONS.contains(call.group(1))) {
                throw new Problem(
                        422,
                        IssueType.NOTSUPPORTED,
                        "The function " + call.group(1) + " has no place in sel (RFC 5261)");
            }
        }
    }
}
