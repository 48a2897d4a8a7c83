package io.github.throughcare.fhir.validation;

import java.util.Locale;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.StringNode;

/**
 * The primitive types of R4 and how each is written in JSON.
 *
 * @see <a href="https://hl7.org/fhir/R4/datatypes.html#primitive">R4, primitive types</a>
 */
enum PrimitiveFormat {
    BOOLEAN("true or false, without quotes", JsonNode::isBoolean),
    INTEGER("a whole number from -2147483648 to 2147483647, without quotes", integerFrom(Integer.MIN_VALUE)),
    UNSIGNEDINT("a whole number from 0 to 2147483647, without quotes", integerFrom(0)),
    POSITIVEINT("a whole number from 1 to 2147483647, without quotes", integerFrom(1)),
    DECIMAL("a number, without quotes, its exponent from -400 to 400", PrimitiveFormat::isDecimal),
    STRING("a string that is not empty, of at most 1048576 characters, without control characters", text(Chars::text)),
    MARKDOWN(
            "a string that is not empty, of at most 1048576 characters, without control characters", text(Chars::text)),
    XHTML("a string that begins with <div", text(Narratives::beginsWithDiv)),
    CODE("a code: not empty, no space at either end, no two spaces in a row", text(Chars::code)),
    ID("an id: 1 to 64 of the characters A-Z a-z 0-9 - .", text(Chars::id)),
    URI("a URI: not empty, without spaces", text(Chars::uri)),
    URL("a URL: not empty, without spaces", text(Chars::uri)),
    CANONICAL("a canonical URL: not empty, without spaces", text(Chars::uri)),
    OID("an OID like urn:oid:1.2.840.10008", pattern("urn:oid:[0-2](\\.(0|[1-9][0-9]*))+")),
    UUID(
            "a UUID like urn:uuid:c757873d-ec9a-4326-a141-556f43239520",
            pattern("urn:uuid:[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}")),
    BASE64BINARY("Base64: a multiple of 4 characters A-Z a-z 0-9 + / with = at the end", text(Chars::base64)),
    DATE("a date of the calendar: YYYY, YYYY-MM or YYYY-MM-DD", text(Temporals::date)),
    DATETIME(
            "a date (YYYY, YYYY-MM, YYYY-MM-DD), or date and time with seconds and zone like 2015-02-07T13:28:17-05:00",
            text(Temporals::dateTime)),
    INSTANT("date and time with seconds and zone like 2015-02-07T13:28:17.239+02:00", text(Temporals::instant)),
    TIME("a time hh:mm:ss without zone", text(Temporals::time));

    private final String rule;
    private final Predicate<JsonNode> accepts;

    PrimitiveFormat(String rule, Predicate<JsonNode> accepts) {
        this.rule = rule;
        this.accepts = accepts;
    }

    /** By the FHIR name, e.g. {@code dateTime}. */
    static PrimitiveFormat of(String type) {
        return valueOf(type.toUpperCase(Locale.ROOT));
    }

    boolean accepts(JsonNode value) {
        return accepts.test(value);
    }

    /** What would be right, to follow "must be". */
    String rule() {
        return rule;
    }

    /** Bounded, so that nobody who writes the number out needs gigabytes. */
    private static boolean isDecimal(JsonNode value) {
        return value.isIntegralNumber()
                || value.isNumber() && Math.abs((long) value.decimalValue().scale()) <= 400;
    }

    private static Predicate<JsonNode> text(Predicate<String> format) {
        return value -> value instanceof StringNode text && format.test(text.stringValue());
    }

    private static Predicate<JsonNode> pattern(String regex) {
        return text(Pattern.compile(regex).asMatchPredicate());
    }

    private static Predicate<JsonNode> integerFrom(int least) {
        return value -> value.isIntegralNumber() && value.canConvertToInt() && value.intValue() >= least;
    }
}
