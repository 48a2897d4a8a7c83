package io.github.throughcare.fhir.validation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

class PrimitiveFormatTest {

    private static final JsonMapper JSON = new JsonMapper();

    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', textBlock = """
            BOOLEAN, true, true
            BOOLEAN, "true", false
            INTEGER, -2147483648, true
            INTEGER, -2147483649, false
            INTEGER, 1e2, false
            INTEGER, "1", false
            UNSIGNEDINT, 0, true
            UNSIGNEDINT, -1, false
            POSITIVEINT, 0, false
            POSITIVEINT, 1, true
            DECIMAL, 1.10, true
            DECIMAL, -1e-7, true
            DECIMAL, "1.1", false
            STRING, "a\\tb\\n", true
            STRING, " ", true
            STRING, "a\\u0000", false
            STRING, 7, false
            CODE, "a b", true
            CODE, "a  b", false
            CODE, " a", false
            CODE, "a ", false
            CODE, "", false
            ID, "A-z.9", true
            ID, "a_b", false
            ID, "0123456789012345678901234567890123456789012345678901234567890123", true
            ID, "01234567890123456789012345678901234567890123456789012345678901234", false
            URI, "http://x.org/a#b", true
            URI, "urn:oid:1.2", true
            URI, "a b", false
            URI, "", false
            CANONICAL, "http://x.org/a|1.0", true
            OID, "urn:oid:1.2.840.10008", true
            OID, "urn:oid:3.1", false
            OID, "urn:oid:1.02", false
            OID, "1.2.3", false
            UUID, "urn:uuid:c757873d-ec9a-4326-a141-556f43239520", true
            UUID, "c757873d-ec9a-4326-a141-556f43239520", false
            BASE64BINARY, "QUJD", true
            BASE64BINARY, "QUI=\\nQUJD", false
            BASE64BINARY, "QUJD\\nQUI=", true
            BASE64BINARY, "QQ==", true
            BASE64BINARY, "Q===", false
            BASE64BINARY, "QUJ", false
            BASE64BINARY, "QU-D", false
            DATE, "2024", true
            DATE, "2024-02", true
            DATE, "2024-02-29", true
            DATE, "2023-02-29", false
            DATE, "1900-02-29", false
            DATE, "2000-02-29", true
            DATE, "2024-13", false
            DATE, "2024-00", false
            DATE, "2024-04-31", false
            DATE, "2024-2-1", false
            DATE, "0000", false
            DATE, "24", false
            DATE, "2024-02-29T00:00:00Z", false
            DATE, "2024-02-29 ", false
            DATETIME, "2024", true
            DATETIME, "2015-02-07T13:28:17-05:00", true
            DATETIME, "2015-02-07T13:28:17.239Z", true
            DATETIME, "2015-02-07T23:59:60Z", true
            DATETIME, "2015-02-07T13:28Z", false
            DATETIME, "2015-02-07T13:28:17", false
            DATETIME, "2015-02-07T24:00:00Z", false
            DATETIME, "2015-02-07T13:28:17+14:00", true
            DATETIME, "2015-02-07T13:28:17+14:01", false
            DATETIME, "2015-02-07T13:28:17.Z", false
            DATETIME, "2015-02-07T13:28:17+5:00", false
            DATETIME, "2015-02T13:28:17Z", false
            DATETIME, "2015-02-07 13:28:17Z", false
            DATETIME, "2015-02-07T13:28:17Zx", false
            INSTANT, "2015-02-07T13:28:17.239+02:00", true
            INSTANT, "2015-02-07", false
            TIME, "23:59:59", true
            TIME, "23:59:59.001", true
            TIME, "23:59", false
            TIME, "23:59:59Z", false
            TIME, "24:00:00", false
            XHTML, "<div>x</div>", true
            XHTML, "<p>x</p>", false
            """)
    void r4_says_how_a_primitive_is_written(PrimitiveFormat format, String json, boolean accepted) {
        assertThat(format.accepts(JSON.readTree(json))).isEqualTo(accepted);
    }

    @Test
    void a_string_has_at_most_a_mebi_of_characters() {
        assertThat(Chars.text("x".repeat(1024 * 1024))).isTrue();
        assertThat(Chars.text("x".repeat(1024 * 1024 + 1))).isFalse();
    }
}
