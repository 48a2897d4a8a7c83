package io.github.throughcare.fhir.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.throughcare.ServerIT;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a hostile client sends, byte by byte over a socket: it is refused with a 4xx that says why, and the server goes on. */
class HostileIT extends ServerIT {

    private static final String JSON = "Content-Type: application/fhir+json\r\n";
    private static final String XML = "Content-Type: application/fhir+xml\r\n";
    private static final List<String> NASTY = List.of(
            "' OR 1=1--",
            "'; DROP TABLE resource;--",
            "$$",
            "\\",
            "%",
            "_",
            "\"",
            "?",
            "{0}",
            "\u0000",
            "a\u0000b",
            "\u001f",
            "\uFFFF",
            "\u0301",
            "\uD83D\uDE00",
            ";",
            ",",
            "|",
            "||",
            "|||",
            ".",
            ":",
            "::",
            "(a+)+$",
            "\r\nX-Evil: 1",
            "../../etc/passwd",
            "-",
            "ge",
            "NaN",
            "Infinity",
            "1e400",
            "-0",
            "9999-12-31T23:59:59.999999999999+14:00",
            "0000",
            "2026-02-30",
            "2026-13",
            "2026-01-01T00:00:00+99:99");

    private record Got(int status, String head, String body) {}

    private static Got send(String method, String target, String headers, byte[] body) {
        URI server = URI.create(base);
        try (Socket socket = new Socket(server.getHost(), server.getPort())) {
            socket.setSoTimeout(60_000);
            String head = method + " /fhir" + target + " HTTP/1.1\r\nHost: " + server.getAuthority()
                    + "\r\nConnection: close\r\n" + headers
                    + ((body.length > 0 || method.startsWith("P")) && !headers.contains("chunked")
                            ? "Content-Length: " + body.length + "\r\n"
                            : "")
                    + "\r\n";
            byte[] answer;
            try {
                socket.getOutputStream().write(head.getBytes(StandardCharsets.ISO_8859_1));
                socket.getOutputStream().write(body);
                socket.getOutputStream().flush();
            } catch (SocketException e) {
                // refused before it had all been read; the answer is there
            }
            answer = read(socket);
            String text = new String(answer, StandardCharsets.UTF_8);
            int end = text.indexOf("\r\n\r\n");
            assertThat(end).as("No answer to " + method + " " + target).isPositive();
            return new Got(Integer.parseInt(text.substring(9, 12)), text.substring(0, end), text.substring(end + 4));
        } catch (IOException e) {
            throw new AssertionError(method + " " + target, e);
        }
    }

    private static byte[] read(Socket socket) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        byte[] part = new byte[8192];
        try {
            for (int n = socket.getInputStream().read(part);
                    n >= 0;
                    n = socket.getInputStream().read(part)) {
                all.write(part, 0, n);
            }
        } catch (SocketException e) {
            // reset after the answer
        }
        return all.toByteArray();
    }

    private static Got get(String target) {
        return send("GET", target, "", new byte[0]);
    }

    private static Got post(String target, String headers, String body) {
        return send("POST", target, headers, body.getBytes(StandardCharsets.UTF_8));
    }

    /** 4xx, an OperationOutcome, nothing of the inside. */
    private static void refused(Got got, String what) {
        quiet(got, what);
        assertThat(got.status).as(what + ": " + got).isBetween(400, 499);
        assertThat(got.body).as(what).contains("OperationOutcome").contains("diagnostics");
    }

    /** No failure of the server and nothing of its inside. */
    private static void quiet(Got got, String what) {
        assertThat(got.status).as(what + ": " + got).isLessThan(500);
        assertThat(got.body + got.head)
                .as(what)
                .doesNotContain("\tat ", "Exception", "io.github.throughcare", "org.postgresql", "Tomcat/", "SQLSTATE");
        assertThat(got.head)
                .as(what)
                .doesNotContain("\nX-Evil")
                .doesNotContain("\r\nServer:")
                .doesNotContain("X-Powered-By");
        if (got.status >= 400 && !got.body.isEmpty()) {
            assertThat(got.body).as(what + " " + got).contains("OperationOutcome");
        }
    }

    @AfterEach
    void the_server_goes_on() {
        assertThat(get("/Patient?_count=1&_total=none").status).isEqualTo(200);
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    // ---------------------------------------------------------------- bodies

    static Stream<String> bodies() {
        String observation = "{\"resourceType\":\"Observation\",\"status\":\"final\",\"code\":{\"text\":\"x\"},";
        return Stream.of(
                "",
                "null",
                "[]",
                "\"Patient\"",
                "{}",
                "{",
                "{\"resourceType\":\"Observation\"",
                observation + "\"status\":\"final\"}",
                observation + "\"code\":{\"text\":\"a\",\"text\":\"b\"}}",
                observation + "\"valueString\":\"a\\u0000b\"}",
                observation + "\"valueString\":\"a\u0000b\"}",
                observation + "\"valueString\":\"a\u0001b\"}",
                observation + "\"valueString\":\"a\\u0001b\"}",
                observation + "\"valueString\":\"\\ud800\"}",
                observation + "\"valueString\":\"x\\udc00\\ud800y\"}",
                observation + "\"\\ud800\":1}",
                observation + "\"valueQuantity\":{\"value\":NaN}}",
                observation + "\"valueQuantity\":{\"value\":Infinity}}",
                observation + "\"valueQuantity\":{\"value\":1e999999}}",
                observation + "\"valueQuantity\":{\"value\":1e-999999999}}",
                observation + "\"valueQuantity\":{\"value\":1e99999999999}}",
                observation + "\"valueQuantity\":{\"value\":" + "7".repeat(1_000_000) + "}}",
                observation + "\"valueQuantity\":{\"value\":0." + "7".repeat(1_000_000) + "}}",
                observation + "\"valueInteger\":99999999999999999999}",
                observation + "\"valueInteger\":1.5}",
                observation + "\"id\":\"../../etc\"}",
                observation + "\"meta\":{\"profile\":[\"http://a\\u0000b\"]}}",
                observation + "\"subject\":{\"reference\":\"Patient/\\u0000\"}}",
                observation + "\"effectiveDateTime\":\"2026-02-30\"}",
                observation + "\"effectiveDateTime\":\"+999999999\"}",
                observation + "\"extension\":" + "[{\"url\":\"http://x\",\"extension\":".repeat(1500) + "[]"
                        + "}]".repeat(1500) + "}",
                "[".repeat(100_000),
                "{\"a\":".repeat(100_000) + "1" + "}".repeat(100_000),
                observation + "\"contained\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}",
                "{\"resourceType\":\"Patient\"}");
    }

    @ParameterizedTest
    @MethodSource("bodies")
    void a_body_that_cannot_be(String body) {
        refused(post("/Observation", JSON, body), body.substring(0, Math.min(150, body.length())));
    }

    @Test
    void bytes_that_are_no_text() {
        byte[] broken = "{\"resourceType\":\"Observation\",\"status\":\"final\",\"code\":{\"text\":\"?\"}}"
                .getBytes(StandardCharsets.ISO_8859_1);
        broken[broken.length - 4] = (byte) 0xC3;
        refused(send("POST", "/Observation", JSON, broken), "broken UTF-8");
        refused(send("POST", "/Observation", JSON, new byte[1000]), "NULs");
    }

    static Stream<String> xml() {
        String patient = "<Patient xmlns=\"http://hl7.org/fhir\">";
        StringBuilder laughs = new StringBuilder("<!DOCTYPE p [<!ENTITY a0 \"ha\">");
        for (int i = 1; i < 12; i++) {
            laughs.append("<!ENTITY a")
                    .append(i)
                    .append(" \"")
                    .append(("&a" + (i - 1) + ";").repeat(10))
                    .append("\">");
        }
        String name = "<name><family value=\"%s\"/></name></Patient>";
        return Stream.of(
                "<",
                "x",
                patient,
                "<!DOCTYPE p [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>" + patient + name.formatted("&x;"),
                "<!DOCTYPE p [<!ENTITY % x SYSTEM \"http://127.0.0.1:1/x.dtd\"> %x;]>" + patient + "</Patient>",
                "<!DOCTYPE p SYSTEM \"http://127.0.0.1:1/x.dtd\">" + patient + name.formatted("&x;"),
                laughs + "]>" + patient + name.formatted("&a11;"),
                patient
                        + "<text><status value=\"generated\"/><div xmlns=\"http://www.w3.org/1999/xhtml\">&x;</div></text></Patient>",
                patient + "<extension url=\"http://x\">".repeat(1500) + "</extension>".repeat(1500) + "</Patient>",
                patient + "<extension url=\"http://x\">".repeat(100_000),
                patient + "<nonsense value=\"1\"/></Patient>",
                "<Patient><active value=\"true\"/></Patient>",
                "<Patient xmlns=\"http://hl7.org/fhir/\"><active value=\"true\"/></Patient>",
                "<f:Patient xmlns:f=\"urn:x\"><f:active value=\"true\"/></f:Patient>",
                patient + "<name><family value=\"a&#0;b\"/></name></Patient>");
    }

    @ParameterizedTest
    @MethodSource("xml")
    void xml_that_cannot_be(String body) {
        Got got = post("/Patient", XML, body);
        refused(got, body.substring(0, Math.min(150, body.length())));
        assertThat(got.body).doesNotContain("root:");
    }

    @Test
    void packed_bodies() throws IOException {
        ByteArrayOutputStream bomb = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bomb)) {
            byte[] zeros = new byte[1_000_000];
            for (int i = 0; i < 100; i++) {
                out.write(zeros);
            }
        }
        String gzip = JSON + "Content-Encoding: gzip\r\n";
        Got got = send("POST", "/Patient", gzip, bomb.toByteArray());
        refused(got, "gzip bomb");
        assertThat(got.status).isEqualTo(413);
        refused(send("POST", "/Patient", gzip, java.util.Arrays.copyOf(bomb.toByteArray(), 1000)), "cut off");
        refused(post("/Patient", gzip, "{\"resourceType\":\"Patient\"}"), "not packed");
        refused(send("POST", "/Patient", gzip, new byte[0]), "empty, packed");
        for (String coding : List.of("br", "gzip, gzip", "nonsense", "../x", "identity, gzip")) {
            refused(post("/Patient", JSON + "Content-Encoding: " + coding + "\r\n", "{}"), coding);
        }
        refused(send("POST", "/Patient", JSON.replace("\r\n", "") + "\r\nX-Ignore: 1\r\n", new byte[0]), "empty");
    }

    @Test
    void a_body_beyond_the_bound() {
        Got got = send("POST", "/Patient", JSON, new byte[100_000_000]);
        refused(got, "100 MB");
        assertThat(got.status).isEqualTo(413);
    }

    @Test
    void a_body_in_pieces_beyond_the_bound() {
        byte[] piece = ("10000\r\n" + " ".repeat(0x10000) + "\r\n").getBytes(StandardCharsets.ISO_8859_1);
        byte[] body = new byte[1500 * piece.length];
        for (int i = 0; i < 1500; i++) {
            System.arraycopy(piece, 0, body, i * piece.length, piece.length);
        }
        Got got = send("POST", "/Patient", JSON + "Transfer-Encoding: chunked\r\n", body);
        refused(got, "98 MB without a length");
        assertThat(got.status).isEqualTo(413);
    }

    /** R4 allows a string a megabyte; what is longer than the reader takes is not even held. */
    @ParameterizedTest
    @ValueSource(ints = {1_048_577, 50_000_000, 70_000_000})
    void a_string_beyond_the_bounds(int length) {
        byte[] before =
                "{\"resourceType\":\"Observation\",\"status\":\"final\",\"code\":{\"text\":\"x\"},\"valueString\":\""
                        .getBytes(StandardCharsets.US_ASCII);
        byte[] body = new byte[before.length + length + 2];
        java.util.Arrays.fill(body, (byte) 'x');
        System.arraycopy(before, 0, body, 0, before.length);
        body[body.length - 2] = '"';
        body[body.length - 1] = '}';
        refused(send("POST", "/Observation", JSON, body), length + " characters");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"1E2", "1e2", "1.50", "100.0", "0.00000010", "1e-7", "-0.0", "1.0E+2", "123456789012345678.90"})
    void a_number_is_given_back_as_it_came(String number) {
        String body =
                "{\"resourceType\":\"Observation\",\"status\":\"final\",\"code\":{\"text\":\"x\"},\"valueQuantity\":{\"value\":"
                        + number + "}}";
        String id = create("Observation", body);
        assertThat(get("/Observation/" + id).body).contains("\"value\":" + number + "}");
        assertThat(get("/Observation?_id=" + id).body).contains("\"value\":" + number + "}");
    }

    static Stream<String> patches() {
        StringBuilder copies = new StringBuilder("[{\"op\":\"add\",\"path\":\"/name\",\"value\":[{\"family\":\"x\"}]}");
        for (int i = 0; i < 100; i++) {
            copies.append(",{\"op\":\"copy\",\"from\":\"/name\",\"path\":\"/name/-\"}");
        }
        return Stream.of(
                copies + "]",
                "[" + "{\"op\":\"test\",\"path\":\"/active\",\"value\":true},".repeat(200_000) + "1]",
                "[{\"op\":\"add\",\"path\":\"/name/2147483647\",\"value\":{}}]",
                "[{\"op\":\"add\",\"path\":\"/name/99999999999999999999\",\"value\":{}}]",
                "[{\"op\":\"move\",\"from\":\"\",\"path\":\"/name\"}]",
                "[{\"op\":\"move\",\"from\":\"/name\",\"path\":\"/name/0/x\"}]",
                "[{\"op\":\"remove\",\"path\":\"\"}]",
                "[{\"op\":\"remove\",\"path\":\"" + "/a".repeat(100_000) + "\"}]",
                "[{\"op\":\"add\",\"path\":\"/language\",\"value\":\"a\\u0000\"}]",
                "[{\"op\":\"add\",\"path\":\"/__proto__\",\"value\":{}}]",
                "[".repeat(100_000),
                "\u0000");
    }

    @ParameterizedTest
    @MethodSource("patches")
    void a_patch_that_cannot_be(String patch) {
        String id = create("Patient", "{\"resourceType\":\"Patient\",\"name\":[{\"family\":\"x\"}]}");
        String type = "Content-Type: application/json-patch+json\r\n";
        refused(
                send("PATCH", "/Patient/" + id, type, patch.getBytes(StandardCharsets.UTF_8)),
                patch.substring(0, Math.min(150, patch.length())));
        assertThat(get("/Patient/" + id).head).contains("W/\"1\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text/plain",
                "image/png",
                ";",
                "/",
                "application/fhir+json;charset=nonsense",
                "multipart/form-data",
                "application/x-www-form-urlencoded"
            })
    void a_body_of_another_kind(String type) {
        quiet(post("/Patient", "Content-Type: " + type + "\r\n", "{\"resourceType\":\"Patient\""), type);
    }

    static Stream<String> bundles() {
        String start = "{\"resourceType\":\"Bundle\",\"type\":\"transaction\",\"entry\":";
        String entry = start
                + "[{\"resource\":{\"resourceType\":\"Patient\"},\"request\":{\"method\":\"%s\",\"url\":\"%s\"}}]}";
        List<String> all = new ArrayList<>(List.of(
                start + "{}}",
                start + "[null]}",
                start + "[1]}",
                start + "[{}]}",
                start + "[{\"request\":{}}]}",
                start + "[{\"request\":{\"method\":\"POST\",\"url\":\"Patient\"}}]}",
                start + "[{\"resource\":[],\"request\":{\"method\":\"POST\",\"url\":\"Patient\"}}]}",
                "{\"resourceType\":\"Bundle\",\"type\":\"nonsense\"}",
                "{\"resourceType\":\"Bundle\",\"type\":{}}",
                entry.formatted("TRACE", "Patient"),
                entry.formatted("POST", "../Patient"),
                entry.formatted("POST", "Nonsense"),
                entry.formatted("POST", ""),
                entry.formatted("PUT", "Patient/"),
                entry.formatted("PUT", "Patient/a\\r\\nX-Evil: 1"),
                entry.formatted("PUT", "Patient/%zz"),
                entry.formatted("PUT", "Patient?identifier=%zz"),
                entry.formatted("PUT", "Patient?nonsense=1"),
                entry.formatted("PUT", "Patient?"),
                entry.formatted("DELETE", "Patient/a/b/c"),
                entry.formatted("DELETE", "Nonsense/a"),
                entry.formatted("DELETE", "Nonsense?a=b"),
                entry.formatted("DELETE", "Patient/" + "a".repeat(65)),
                entry.formatted("DELETE", "Patient?family:below=\\u0000")));
        return all.stream();
    }

    @ParameterizedTest
    @MethodSource("bundles")
    void a_bundle_that_cannot_be(String body) {
        refused(post("", JSON, body), body);
    }

    // ---------------------------------------------------------------- URLs

    static Stream<String> limits() {
        return Stream.of(
                "/Patient?_count=-1",
                "/Patient?_count=",
                "/Patient?_count=1.5",
                "/Patient?_count=0x10",
                "/Patient?_count=99999999999999999999x",
                "/Patient?identifier=" + "1,".repeat(1000) + "1",
                "/Patient?" + "gender=male&".repeat(100) + "gender=male",
                "/Encounter?" + "part-of.".repeat(7) + "status=planned",
                "/Encounter?" + "_has:Encounter:part-of:".repeat(7) + "status=planned",
                "/Encounter?" + "part-of:Encounter.".repeat(300) + "status=planned",
                "/Patient?_sort=" + "family,".repeat(11) + "family",
                "/Patient?a=%zz",
                "/Patient?%zz=a",
                "/Patient?_since=yesterday",
                "/_history?_since=yesterday",
                "/Patient/_history?_count=x",
                "/Patient/x/_history/99999999999999999999",
                "/Patient/x/_history/-1",
                "/Patient/x/_history/a",
                "/Patient/" + "a".repeat(65),
                "/Patient/%2e%2e",
                "/Patient/a%0d%0aX-Evil:%201",
                "/Patient/$nonsense",
                "/Patient/a/$nonsense",
                "/Patient/$everything",
                "/Nonsense",
                "/patient",
                "/Patient/a/b/c/d/e",
                "/Patient?_format=;",
                "/Patient?_format=nonsense",
                "/Patient?_summary=nonsense",
                "/Patient?_cursor=",
                "/Patient?_cursor=%00");
    }

    @ParameterizedTest
    @MethodSource("limits")
    void a_request_beyond_the_bounds(String target) {
        refused(get(target), target.substring(0, Math.min(150, target.length())));
    }

    @Test
    void a_large_count_is_cut() {
        for (String count : List.of("1000000000", "2147483648", "99999999999999999999")) {
            assertThat(get("/Patient?_count=" + count).status).as(count).isEqualTo(200);
        }
    }

    /** Refused before it reaches FHIR, so without an OperationOutcome. */
    @Test
    void what_the_container_refuses() {
        for (String target : List.of(
                "/Patient?family=" + "x".repeat(65_536),
                "/Patient/..%2F..%2Fetc",
                "/Patient/a%00",
                "/../../etc/passwd",
                "/Patient/\u0001")) {
            Got got = get(target);
            quiet(got, target.substring(0, Math.min(80, target.length())));
            assertThat(got.status).isBetween(400, 499);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/Patient?family=",
                "/Patient?family:exact=",
                "/Patient?family:contains=",
                "/Patient?identifier=",
                "/Patient?identifier:of-type=",
                "/Patient?identifier:not=",
                "/Patient?gender=",
                "/Patient?gender:text=",
                "/Patient?birthdate=",
                "/Patient?birthdate=ap",
                "/Patient?death-date=ge",
                "/Patient?organization=",
                "/Patient?organization=Organization/",
                "/Patient?organization:identifier=",
                "/Patient?organization:Organization=",
                "/Patient?organization.name=",
                "/Patient?_has:Observation:subject:code=",
                "/Observation?value-quantity=",
                "/Observation?value-quantity=5|",
                "/Observation?value-quantity=5||",
                "/Observation?value-quantity=ap",
                "/RiskAssessment?probability=",
                "/RiskAssessment?probability=ap",
                "/ValueSet?url=",
                "/ValueSet?url:below=",
                "/ValueSet?_sort=url&url:below=",
                "/Patient?_profile=",
                "/Patient?_source=",
                "/Patient?_tag=",
                "/Patient?_lastUpdated=",
                "/Patient?_id=",
                "/Patient?_count=",
                "/Patient?_sort=",
                "/Patient?_total=",
                "/Patient?_elements=",
                "/Patient?_summary=",
                "/Patient?_format=",
                "/Patient?_include=",
                "/Patient?_include=Patient:",
                "/Patient?_include=Patient:organization:",
                "/Patient?_revinclude=Observation:",
                "/Patient?_cursor=",
                "/Patient?",
                "/Patient?family:",
                "/Patient?organization.",
                "/Patient?_has:",
                "/Patient?_has:Observation:",
                "/Patient?_has:Observation:subject:",
                "/Patient/",
                "/Patient/x/_history/",
                "/Patient/_history?_since=",
                "/Patient/x/",
                "/"
            })
    void signs_that_mean_something_elsewhere(String before) {
        for (String nasty : NASTY) {
            String target = before + encode(nasty);
            boolean name = before.contains("?") && before.matches(".*[?:.]$") && !before.contains("=");
            quiet(get(target + (name ? "=1" : "")), target);
        }
    }

    @Test
    void wildcards_are_letters() {
        String tag = "\"meta\":{\"tag\":[{\"code\":\"hostile-wildcards\"}]}";
        for (String family : List.of("100%", "1000", "1_0", "110", "a\\\\b", "ab")) {
            create("Patient", "{\"resourceType\":\"Patient\"," + tag + ",\"name\":[{\"family\":\"" + family + "\"}]}");
        }
        for (String asked : List.of(
                "family=100%25",
                "family:contains=0%25",
                "family=1_",
                "family:contains=_",
                "family=a%5C%5C",
                "family:contains=%5C%5C",
                "family:exact=1_0")) {
            assertThat(get("/Patient?_tag=hostile-wildcards&_summary=count&" + asked).body)
                    .as(asked)
                    .contains("\"total\":1");
        }
    }

    @Test
    void page_tokens_of_others() {
        for (int i = 0; i < 3; i++) {
            create("Patient", "{\"resourceType\":\"Patient\",\"meta\":{\"tag\":[{\"code\":\"hostile-pages\"}]}}");
        }
        String first = get("/Patient?_tag=hostile-pages&_count=1").body;
        String token = first.replaceAll("(?s).*_cursor=([A-Za-z0-9_-]+).*", "$1");
        assertThat(get("/Patient?_tag=hostile-pages&_count=1&_cursor=" + token).status)
                .isEqualTo(200);
        refused(get("/Observation?_tag=hostile-pages&_count=1&_cursor=" + token), "another type");
        refused(get("/Patient?_tag=other&_count=1&_cursor=" + token), "another search");
        refused(get("/Patient?_tag=hostile-pages&_count=1&_sort=_id&_cursor=" + token), "another order");
        refused(get("/Patient/_history?_count=1&_cursor=" + token), "another interaction");
        for (int i = 0; i < token.length(); i += 5) {
            char other = token.charAt(i) == 'A' ? 'B' : 'A';
            refused(
                    get("/Patient?_tag=hostile-pages&_count=1&_cursor=" + token.substring(0, i) + other
                            + token.substring(i + 1)),
                    "edited at " + i);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/Patient/a%2Fb",
                "/Patient/%00",
                "/Patient/a%00b",
                "/Patient/a%5Cb",
                "/Patient/\\x",
                "/Patient/%c0%af",
                "/%2e%2e/%2e%2e/etc"
            })
    void a_url_that_the_container_does_not_let_through(String target) {
        refused(get(target), target);
    }

    @Test
    void a_url_of_64_kilobytes() {
        refused(get("/Patient?identifier=" + "a".repeat(65_536)), "64 kB URL");
        refused(get("/Patient/" + "a".repeat(65_536)), "64 kB path");
        refused(send("GET", "/Patient", "X-Long: " + "a".repeat(65_536) + "\r\n", new byte[0]), "64 kB header");
    }

    // ---------------------------------------------------------------- methods, headers

    @Test
    void methods() {
        for (String target :
                List.of("", "/", "/metadata", "/Patient/x", "/Patient/_search", "/Patient/_history", "/_history")) {
            for (String method : List.of("PATCH", "PUT", "DELETE", "OPTIONS", "HEAD", "POST")) {
                Got got = send(method, target, method.startsWith("P") ? JSON : "", new byte[0]);
                quiet(got, method + " " + target);
            }
        }
        Got trace = send("TRACE", "/Patient", "X-Secret: 1\r\n", new byte[0]);
        refused(trace, "TRACE");
        assertThat(trace.status).isEqualTo(405);
        assertThat(trace.body).doesNotContain("X-Secret");
        // a proxy's method: the container answers 501 (RFC 9110 15.6.2) itself
        Got connect = send("CONNECT", "/Patient", "", new byte[0]);
        assertThat(connect.status).isEqualTo(501);
        assertThat(connect.body).contains("OperationOutcome").doesNotContain("Exception");
        Got unknown = send("NONSENSE", "/Patient", "", new byte[0]);
        refused(unknown, "unknown method");
        Got head = send("HEAD", "/Patient?_count=1", "", new byte[0]);
        assertThat(head.status).isEqualTo(200);
        assertThat(head.body).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Accept: ;",
                "Accept: ,",
                "Accept: /;q=",
                "Accept: application/fhir+json;q=NaN",
                "Accept: application/fhir+json;q=1e999",
                "Accept: nonsense",
                "If-None-Match: \"",
                "If-None-Match: W/\"99999999999999999999\"",
                "If-Modified-Since: yesterday",
                "If-Modified-Since: Mon, 99 Foo 2026 00:00:00 GMT",
                "Prefer: return=nonsense",
                "Prefer: handling=lenient;;;",
                "X-Forwarded-Host: evil.example\\r\\nX-Evil: 1",
                "Range: bytes=0-1000000000000",
                "Accept-Encoding: gzip;q=NaN",
                "Accept-Charset: nonsense",
                "Expect: nonsense"
            })
    void headers_that_mean_nothing(String header) {
        String id = create("Patient", "{\"resourceType\":\"Patient\"}");
        quiet(send("GET", "/Patient/" + id, header + "\r\n", new byte[0]), header);
        quiet(send("GET", "/Patient?_count=1", header + "\r\n", new byte[0]), header);
    }

    @Test
    void headers_of_writes_that_mean_nothing() {
        String id = create("Patient", "{\"resourceType\":\"Patient\"}");
        String body = "{\"resourceType\":\"Patient\",\"id\":\"" + id + "\",\"active\":true}";
        for (String ifMatch : List.of("W/\"99999999999999999999\"", "nonsense", "*x", "W/\"-1\"")) {
            refused(
                    send(
                            "PUT",
                            "/Patient/" + id,
                            JSON + "If-Match: " + ifMatch + "\r\n",
                            body.getBytes(StandardCharsets.UTF_8)),
                    ifMatch);
        }
        for (String condition :
                List.of("", "?", "nonsense=1", "identifier=%zz", "_count=1", "identifier:x=1", "family=%00&x")) {
            Got got = post("/Patient", JSON + "If-None-Exist: " + condition + "\r\n", "{\"resourceType\":\"Patient\"}");
            if (condition.isEmpty()) {
                quiet(got, "no condition");
            } else {
                refused(got, condition);
            }
        }
    }
}
