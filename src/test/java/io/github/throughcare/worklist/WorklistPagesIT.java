package io.github.throughcare.worklist;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.throughcare.ServerIT;
import io.restassured.response.Response;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The pages at / over HTTP, and once through a browser where there is one. */
class WorklistPagesIT extends ServerIT {

    private static final String HOST = base.substring(0, base.length() - "/fhir".length());

    private final String key = UUID.randomUUID().toString().substring(0, 8);
    private final String ward = "wp-" + key;
    private final String stay = "ws-" + key;

    private static void put(String url, String json) {
        assertThat(fhir().body(json).put("/" + url).statusCode()).isIn(200, 201);
    }

    @BeforeEach
    void a_patient_with_overdue_work() {
        put(
                "Location/" + ward,
                "{\"resourceType\":\"Location\",\"id\":\"" + ward + "\",\"name\":\"Ward " + key + "\"}");
        put(
                "Patient/p" + stay,
                "{\"resourceType\":\"Patient\",\"id\":\"p" + stay
                        + "\",\"name\":[{\"family\":\"<script>document.title='broken'</script>\",\"given\":[\"" + key
                        + "\"]}]}");
        put(
                "Encounter/" + stay,
                "{\"resourceType\":\"Encounter\",\"id\":\"" + stay
                        + "\",\"status\":\"in-progress\",\"class\":{\"system\":\"http://terminology.hl7.org/CodeSystem/v3-ActCode\",\"code\":\"IMP\"},\"subject\":{\"reference\":\"Patient/p"
                        + stay
                        + "\"},\"period\":{\"start\":\"2026-11-01T08:00:00Z\"},\"location\":[{\"location\":{\"reference\":\"Location/"
                        + ward + "\"}}]}");
        create(
                "Task",
                "{\"resourceType\":\"Task\",\"status\":\"requested\",\"intent\":\"order\",\"authoredOn\":\"2026-11-01\",\"code\":{\"coding\":[{\"system\":\"https://throughcare.github.io/ig/CodeSystem/task-kind\",\"code\":\"discharge-barrier\"}],\"text\":\"Arrange <b>transport</b>\"},\"reasonCode\":{\"coding\":[{\"system\":\"https://throughcare.github.io/ig/CodeSystem/discharge-barrier\",\"code\":\"transport\",\"display\":\"Transport\"}]},\"owner\":{\"display\":\"Transport desk\"},\"for\":{\"reference\":\"Patient/p"
                        + stay + "\"},\"encounter\":{\"reference\":\"Encounter/" + stay
                        + "\"},\"restriction\":{\"period\":{\"end\":\"2026-11-02\"}}}");
    }

    private static Response page(String path) {
        return given().urlEncodingEnabled(false).get(HOST + path);
    }

    @Test
    void the_list_shows_the_stay_escaped_and_guarded() {
        Response page = page("/?location=Location%2F" + ward);
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.contentType()).isEqualToIgnoringCase("text/html;charset=UTF-8");
        assertThat(page.header("Content-Security-Policy")).contains("default-src 'none'", "frame-ancestors 'none'");
        assertThat(page.header("Cache-Control")).isEqualTo("no-store");
        assertThat(page.header("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(page.asString())
                .contains(
                        "1 stay",
                        "1 overdue",
                        "waits for: Transport",
                        "href=\"/stay/" + stay + "\"",
                        "&lt;script&gt;document.title")
                .doesNotContain("<script");
        assertThat(page("/worklist.css").statusCode()).isEqualTo(200);
    }

    @Test
    void a_stay_is_shown_with_its_risk_and_tasks() {
        Response page = page("/stay/" + stay);
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.asString())
                .contains("lace:", "length-of-stay", "href=\"/fhir/Encounter/" + stay + "\"", "overdue")
                .contains(
                        "Arrange &lt;b&gt;transport&lt;/b&gt;",
                        "Transport desk",
                        "Nights that passed while a barrier was open: ")
                .doesNotContain("<b>");
    }

    @Test
    void filters_work_without_scripts_and_what_is_wrong_is_said() {
        assertThat(page("/?location=Location%2F" + ward + "&planner=&risk=&from=&until=&unassigned=true")
                        .asString())
                .contains("1 stay");
        assertThat(page("/?location=Location%2F" + ward + "&risk=high").asString())
                .contains("0 stays");
        assertThat(page("/?from=rubbish%22%3E%3Cb%3E").statusCode()).isEqualTo(400);
        assertThat(page("/?from=rubbish%22%3E%3Cb%3E").asString()).doesNotContain("<b>");
        assertThat(page("/stay/none-" + key).statusCode()).isEqualTo(404);
        assertThat(page("/stay/%3Cscript%3E").asString()).doesNotContain("<script");
    }

    /** Chromium, Chrome or what CHROME names. */
    private static Optional<Path> browser() {
        String named = System.getenv("CHROME");
        return Stream.concat(
                        Stream.ofNullable(named),
                        Stream.of("chromium", "chromium-browser", "google-chrome", "chrome")
                                .flatMap(name -> Stream.of(System.getenv()
                                                .getOrDefault("PATH", "")
                                                .split(":"))
                                        .map(folder -> folder + "/" + name)))
                .map(Path::of)
                .filter(Files::isExecutable)
                .findFirst();
    }

    @Test
    void a_browser_shows_the_list_without_running_anything_from_the_record() throws IOException, InterruptedException {
        Optional<Path> browser = browser();
        Assumptions.assumeTrue(browser.isPresent(), "skipped: no Chromium found (PATH or the variable CHROME)");
        Path out = Files.createTempFile(Path.of("target"), "dom", ".html");
        Path profile = Files.createTempDirectory(Path.of("target").toAbsolutePath(), "chromium");
        Process process = new ProcessBuilder(List.of(
                        browser.get().toString(),
                        "--headless=new",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--disable-background-networking",
                        "--disable-dev-shm-usage",
                        "--user-data-dir=" + profile,
                        "--dump-dom",
                        HOST + "/?location=Location%2F" + ward))
                .redirectOutput(out.toFile())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        boolean ended = process.waitFor(90, TimeUnit.SECONDS);
        process.destroyForcibly();
        assertThat(ended).as("the browser ended").isTrue();
        String dom = Files.readString(out, StandardCharsets.UTF_8);
        assertThat(dom)
                .contains("<title>Discharge worklist - Throughcare</title>", "1 overdue", "/stay/" + stay, "<caption>")
                .contains("<th scope=\"row\">", "<html lang=\"en\">")
                .doesNotContain("<script");
    }
}
