package io.github.throughcare;

import com.zaxxer.hikari.HikariDataSource;
import io.restassured.RestAssured;
import io.restassured.builder.RequestSpecBuilder;
import io.restassured.config.EncoderConfig;
import io.restassured.config.RestAssuredConfig;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/** The real server on a real PostgreSQL, once for all integration tests of a run; each test works with its own patients. */
public abstract class ServerIT {

    /** Where {@code $import} takes files from. */
    protected static final Path importFolder = Path.of("target/it-import").toAbsolutePath();

    private static final ConfigurableApplicationContext SERVER = start();

    /** {@code http://127.0.0.1:PORT/fhir}. */
    protected static final String base =
            "http://127.0.0.1:" + SERVER.getEnvironment().getProperty("local.server.port") + "/fhir";

    private static ConfigurableApplicationContext start() {
        try {
            Files.createDirectories(importFolder);
            Path home = Files.createTempDirectory(Path.of("target").toAbsolutePath(), "it-home");
            ConfigurableApplicationContext context = new SpringApplication(ThroughcareApplication.class)
                    .run(
                            "--server.port=0",
                            "--server.address=127.0.0.1",
                            "--throughcare.storage.home=" + home,
                            "--throughcare.demo=true",
                            "--throughcare.import.files=" + importFolder,
                            "--throughcare.zone=America/New_York");
            Runtime.getRuntime().addShutdownHook(new Thread(context::close));
            return context;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Part of the server, for what cannot be done over HTTP. */
    protected static <T> T bean(Class<T> type) {
        return SERVER.getBean(type);
    }

    /** Settings with which another server uses the same database. */
    protected static Map<String, String> sameDatabase() {
        HikariDataSource pool = SERVER.getBean(HikariDataSource.class);
        return Map.of(
                "throughcare.storage.url", pool.getJdbcUrl(),
                "throughcare.storage.username", pool.getUsername(),
                "throughcare.storage.password", pool.getPassword(),
                "throughcare.zone", "America/New_York");
    }

    /** A request that speaks FHIR JSON to the server. */
    protected static RequestSpecification fhir() {
        return RestAssured.given()
                .spec(new RequestSpecBuilder()
                        .setBaseUri(base)
                        .setConfig(RestAssuredConfig.config()
                                .encoderConfig(EncoderConfig.encoderConfig()
                                        .defaultContentCharset("UTF-8")
                                        .encodeContentTypeAs("application/fhir+json", ContentType.JSON)
                                        .appendDefaultContentCharsetToContentTypeIfUndefined(false)))
                        .build())
                .contentType("application/fhir+json")
                .accept("application/fhir+json");
    }

    /** Stores a resource by POST and gives its id. */
    protected static String create(String type, String json) {
        Response response = fhir().body(json).post("/" + type);
        if (response.statusCode() != 201) {
            throw new AssertionError("POST " + type + " -> " + response.statusCode() + " " + response.asString());
        }
        return response.jsonPath().getString("id");
    }
}
