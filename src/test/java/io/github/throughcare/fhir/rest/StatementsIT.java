package io.github.throughcare.fhir.rest;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.github.throughcare.ServerIT;
import io.github.throughcare.ThroughcareApplication;
import io.restassured.response.Response;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/** How many statements a transaction sends to the database: a few whatever its size, and one more for each 1,000 rows. */
class StatementsIT extends ServerIT {

    private static final int A_FEW = 6;

    /** What the threads of requests sent. */
    private static final ConcurrentLinkedQueue<String> SENT = new ConcurrentLinkedQueue<>();

    private static ConfigurableApplicationContext counted;
    private static String there;

    @BeforeAll
    static void start() {
        SpringApplication application = new SpringApplication(ThroughcareApplication.class);
        application.addInitializers(c -> c.getBeanFactory().addBeanPostProcessor(new BeanPostProcessor() {
            @Override
            public Object postProcessAfterInitialization(Object bean, String name) {
                return bean instanceof HikariDataSource pool ? new Counting(pool) : bean;
            }
        }));
        List<String> settings = sameDatabase().entrySet().stream()
                .map(e -> "--" + e.getKey() + "=" + e.getValue())
                .collect(Collectors.toList());
        settings.addAll(List.of("--server.port=0", "--server.address=127.0.0.1", "--throughcare.demo=false"));
        counted = application.run(settings.toArray(new String[0]));
        there = "http://127.0.0.1:" + counted.getEnvironment().getProperty("local.server.port") + "/fhir";
    }

    @AfterAll
    static void stop() {
        counted.close();
    }

    @Test
    void a_create_is_one() {
        transaction(2, i -> post("Basic", basic(key()), ""));
        assertThat(sent(() -> fhir().body(basic(key())).post(there + "/Basic"), 201))
                .singleElement() // and a transaction by itself
                .satisfies(statement -> assertThat(statement).doesNotContain("COMMIT"));
    }

    @Test
    void an_update_is_two_and_ends_with_the_second() {
        String id = key();
        String basic = basic(id).replaceFirst("\\{", "{\"id\":\"" + id + "\",");
        sent(() -> fhir().body(basic).put(there + "/Basic/" + id), 201);
        assertThat(sent(
                        () -> fhir().body(basic.replaceFirst("\\{", "{\"language\":\"en\","))
                                .put(there + "/Basic/" + id),
                        200))
                .hasSize(2)
                .last()
                .satisfies(statement -> assertThat(statement).endsWith("COMMIT"));
    }

    @Test
    void a_transaction_of_any_size_sends_a_few() {
        for (int n : new int[] {1, 30, 900}) {
            assertThat(transaction(n, i -> post("Basic", basic(key()), ""))).hasSizeBetween(1, A_FEW);
        }
        assertThat(transaction(2500, i -> post("Basic", basic(key()), ""))).hasSizeBetween(3, A_FEW + 3);
    }

    @Test
    void conditions_and_conditional_references_are_asked_for_together() {
        String run = key();
        transaction(300, i -> post("Practitioner", person("Practitioner", run + "-" + i), ""));
        for (int n : new int[] {2, 40, 300}) {
            String set = key();
            IntFunction<String> mixed = i -> switch (i % 4) {
                // created, linked to one who is found by its identifier
                case 0 ->
                    post(
                            "Patient",
                            person("Patient", set + "-" + i)
                                    .replace(
                                            "\"active\"",
                                            "\"generalPractitioner\":[{\"reference\":\"Practitioner?identifier=http://run|"
                                                    + run + "-" + i + "\"}],\"active\""),
                            "http://run|" + set + "-" + i);
                // found, by the value alone
                case 1 -> post("Practitioner", person("Practitioner", run + "-" + i), run + "-" + i);
                case 2 -> entry("PUT", "Basic?identifier=" + set + "-" + i, basic(set + "-" + i));
                default -> entry("PUT", "Organization/" + set + "-" + i, named("Organization", set + "-" + i));
            };
            for (int again = 0; again < 2; again++) {
                assertThat(transaction(n, mixed)).hasSizeBetween(1, A_FEW);
            }
        }
    }

    @Test
    void other_conditions_too() {
        String run = key();
        for (int n : new int[] {2, 150}) {
            assertThat(transaction(
                            n,
                            i -> post("Basic", basic(run + i), "")
                                    .replace(
                                            "\"request\":{",
                                            "\"request\":{\"ifNoneExist\":\"identifier=" + run + i
                                                    + "&code=nothing\",")))
                    .hasSizeBetween(1, A_FEW);
        }
    }

    @Test
    void what_rules_look_at_is_read_together() {
        for (int n : new int[] {2, 200}) {
            String run = key();
            for (String status : List.of("requested", "accepted", "accepted", "completed")) {
                assertThat(transaction(
                                n,
                                i -> entry(
                                        "PUT",
                                        "Task/" + run + "-" + i,
                                        "{\"resourceType\":\"Task\",\"id\":\"" + run + "-" + i + "\",\"status\":\""
                                                + status + "\",\"intent\":\"order\"}")))
                        .hasSizeBetween(1, A_FEW);
            }
        }
    }

    @Test
    void flagging_a_ward_of_any_size_sends_as_many() {
        List<Integer> least = new ArrayList<>();
        for (int n : new int[] {3, 90, 180}) {
            String ward = key().substring(0, 8);
            transaction(1, i -> entry("PUT", "Location/" + ward, named("Location", ward)));
            transaction(n * 3, i -> stay(ward, i));
            // definitions are read again after seconds: some run does without
            least.add(IntStream.range(0, 4)
                    .map(again -> flagged(ward, n).size())
                    .min()
                    .orElseThrow());
        }
        assertThat(least.get(0)).isBetween(4, 8);
        assertThat(least).containsOnly(least.get(0));
    }

    /** Of each three a patient, an acute stay in the ward, and a diagnosis. */
    private static String stay(String ward, int i) {
        String id = ward + "-" + i / 3;
        String subject = ",\"subject\":{\"reference\":\"Patient/" + id + "\"}";
        return switch (i % 3) {
            case 0 -> entry("PUT", "Patient/" + id, "{\"resourceType\":\"Patient\",\"id\":\"" + id + "\"}");
            case 1 ->
                entry(
                        "PUT",
                        "Encounter/" + id,
                        "{\"resourceType\":\"Encounter\",\"id\":\"" + id
                                + "\",\"status\":\"in-progress\",\"class\":{\"code\":\"IMP\"},\"period\":{\"start\":\"2026-01-01T08:00:00Z\"},\"location\":[{\"location\":{\"reference\":\"Location/"
                                + ward + "\"}}]" + subject + "}");
            default ->
                entry(
                        "PUT",
                        "Condition/" + id,
                        "{\"resourceType\":\"Condition\",\"id\":\"" + id
                                + "\",\"code\":{\"coding\":[{\"system\":\"http://hl7.org/fhir/sid/icd-10-cm\",\"code\":\"F03.90\"}]}"
                                + subject + "}");
        };
    }

    private static List<String> flagged(String ward, int stays) {
        return sent(
                () -> {
                    Response answer = fhir().body(
                                    "{\"resourceType\":\"Parameters\",\"parameter\":[{\"name\":\"location\",\"valueReference\":{\"reference\":\"Location/"
                                            + ward + "\"}}]}")
                            .post(there + "/Encounter/$flag-readmission-risk");
                    assertThat(answer.jsonPath().getInt("parameter.find{it.name=='assessed'}.valueInteger"))
                            .isEqualTo(stays);
                    return answer;
                },
                200);
    }

    private static String key() {
        return UUID.randomUUID().toString();
    }

    private static String basic(String key) {
        return "{\"resourceType\":\"Basic\",\"identifier\":[{\"value\":\"" + key + "\"}],\"code\":{\"text\":\"s\"}}";
    }

    private static String person(String type, String key) {
        return "{\"resourceType\":\"" + type + "\",\"identifier\":[{\"system\":\"http://run\",\"value\":\"" + key
                + "\"}],\"active\":true}";
    }

    private static String named(String type, String id) {
        return "{\"resourceType\":\"" + type + "\",\"id\":\"" + id + "\",\"name\":\"" + key() + "\"}";
    }

    private static String post(String type, String resource, String identifier) {
        String entry = entry("POST", type, resource);
        return identifier.isEmpty()
                ? entry
                : entry.replace("\"request\":{", "\"request\":{\"ifNoneExist\":\"identifier=" + identifier + "\",");
    }

    private static String entry(String method, String url, String resource) {
        return "{\"resource\":" + resource + ",\"request\":{\"method\":\"" + method + "\",\"url\":\"" + url + "\"}}";
    }

    private static List<String> transaction(int entries, IntFunction<String> entry) {
        String bundle = "{\"resourceType\":\"Bundle\",\"type\":\"transaction\",\"entry\":["
                + IntStream.range(0, entries).mapToObj(entry).collect(Collectors.joining(",")) + "]}";
        return sent(() -> fhir().body(bundle).post(there), 200);
    }

    private static List<String> sent(java.util.function.Supplier<Response> request, int status) {
        SENT.clear();
        Response answer = request.get();
        assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(status);
        return List.copyOf(SENT);
    }

    /** The same pool, whose connections note each statement that is sent. */
    private static final class Counting extends HikariDataSource {
        Counting(HikariDataSource pool) {
            super((HikariConfig) pool);
            pool.close();
        }

        @Override
        public Connection getConnection() throws SQLException {
            return noting(Connection.class, super.getConnection(), "");
        }

        @SuppressWarnings("unchecked")
        private static <T> T noting(Class<T> type, T of, String text) {
            return (T) Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, args) -> {
                Object result;
                try {
                    if (method.getName().startsWith("execute") && ofRequest()) {
                        SENT.add(args == null ? text : String.valueOf(args[0]));
                    }
                    result = method.invoke(of, args);
                } catch (InvocationTargetException e) {
                    throw e.getCause();
                }
                if (result instanceof PreparedStatement s) {
                    return noting(PreparedStatement.class, s, String.valueOf(args[0]));
                }
                return result instanceof Statement s ? noting(Statement.class, s, "") : result;
            });
        }

        private static boolean ofRequest() {
            String thread = Thread.currentThread().getName();
            return thread.startsWith("http-") || thread.startsWith("tomcat-") || thread.startsWith("flag-");
        }
    }
}
