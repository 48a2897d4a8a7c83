package io.github.throughcare.fhir.storage.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.security.auth.module.UnixSystem;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedPostgresIT {

    @TempDir
    static Path shared;

    private Path home = shared;
    private @Nullable EmbeddedPostgres postgres;

    @BeforeAll
    static void unpackOnce() throws IOException {
        Files.setPosixFilePermissions(shared, PosixFilePermissions.fromString("rwxr-xr-x"));
        Binaries.unpackedUnder(shared.resolve("binaries"));
    }

    @BeforeEach
    void makeHome() throws IOException {
        home = Files.createTempDirectory(shared, "home");
        Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.createSymbolicLink(home.resolve("postgres"), shared.resolve("binaries"));
    }

    @AfterEach
    void stop() {
        if (postgres != null) {
            postgres.close();
        }
    }

    @Test
    void data_are_there_after_a_restart() throws Exception {
        postgres = EmbeddedPostgres.start(home);
        execute("create table note (text text)");
        execute("insert into note values ('kept')");
        int port = port();
        postgres.close();
        assertThat(home.resolve("data/postmaster.pid")).doesNotExist();

        long before = System.nanoTime();
        postgres = EmbeddedPostgres.start(home);
        System.out.printf("start on existing data: %d ms%n", (System.nanoTime() - before) / 1_000_000);

        assertThat(query("select text from note")).isEqualTo("kept");
        assertThat(port()).isEqualTo(port);
    }

    @Test
    void data_are_there_after_the_postmaster_was_killed() throws Exception {
        postgres = EmbeddedPostgres.start(home);
        execute("create table note (text text)");
        execute("insert into note values ('kept')");
        ProcessHandle.of(postgres.pid()).orElseThrow().destroyForcibly();
        postgres.close();

        postgres = EmbeddedPostgres.start(home);

        assertThat(query("select text from note")).isEqualTo("kept");
    }

    @Test
    void a_postgres_that_a_dead_server_left_running_is_taken_over() throws Exception {
        EmbeddedPostgres first = EmbeddedPostgres.start(home);
        postgres = first;
        execute("create table note (text text)");
        first.abandon();

        postgres = EmbeddedPostgres.start(home);

        assertThat(postgres.pid()).isEqualTo(first.pid());
        assertThat(query("select count(*) from note")).isEqualTo("0");
        postgres.close();
        assertThat(home.resolve("data/postmaster.pid")).doesNotExist();
    }

    @Test
    void a_stale_pid_that_another_process_has_now_does_not_stop_the_start() throws Exception {
        postgres = EmbeddedPostgres.start(home);
        byte[] pidFile = Files.readAllBytes(home.resolve("data/postmaster.pid"));
        long dead = postgres.pid();
        postgres.close();
        Process stranger = new ProcessBuilder("sleep", "30").start();
        try {
            String stale = new String(pidFile).replaceFirst(Long.toString(dead), Long.toString(stranger.pid()));
            Files.writeString(home.resolve("data/postmaster.pid"), stale);

            postgres = EmbeddedPostgres.start(home);

            assertThat(query("select 1")).isEqualTo("1");
        } finally {
            stranger.destroyForcibly();
        }
    }

    @Test
    void a_taken_port_is_left_to_its_owner() throws Exception {
        postgres = EmbeddedPostgres.start(home);
        int port = port();
        postgres.close();
        try (ServerSocket stranger = new ServerSocket(port, 1, InetAddress.getByName("127.0.0.1"))) {
            postgres = EmbeddedPostgres.start(home);

            assertThat(port()).isNotEqualTo(stranger.getLocalPort());
            assertThat(query("select 1")).isEqualTo("1");
        }
    }

    @Test
    void a_second_server_on_the_same_home_is_refused() {
        postgres = EmbeddedPostgres.start(home);
        assertThatThrownBy(() -> EmbeddedPostgres.start(home))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("in use by another server (process "
                        + ProcessHandle.current().pid());
        // and the refusal has not dropped the first one's lock
        assertThatThrownBy(() -> EmbeddedPostgres.start(home)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void what_a_kill_left_half_made_is_made_again() throws Exception {
        Path half = Files.createDirectories(home.resolve(".initialising/data"));
        Files.writeString(half.resolve("PG_VERSION"), "18\n");

        postgres = EmbeddedPostgres.start(home);

        assertThat(query("select 1")).isEqualTo("1");
        assertThat(home.resolve(".initialising")).doesNotExist();
    }

    @Test
    void commits_are_durable_and_nobody_comes_in_without_the_password() throws Exception {
        EmbeddedPostgres started = EmbeddedPostgres.start(home, Map.of("shared_buffers", "64MB"));
        postgres = started;
        assertThat(query("show fsync")).isEqualTo("on");
        assertThat(query("show full_page_writes")).isEqualTo("on");
        assertThat(query("show synchronous_commit")).isEqualTo("on");
        assertThat(query("show data_checksums")).isEqualTo("on");
        assertThat(query("show listen_addresses")).isEqualTo("127.0.0.1");
        assertThat(query("show shared_buffers")).isEqualTo("64MB");
        assertThat(query("select 'é' < 'z'")).as("code-point order").isEqualTo("f");
        assertThat(query("select upper('é')")).as("Unicode case").isEqualTo("É");
        assertThat(Files.getPosixFilePermissions(home.resolve("password")))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
        assertThatThrownBy(() -> DriverManager.getConnection(started.jdbcUrl(), started.username(), "guess"))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("password authentication failed");
    }

    @Test
    void a_setting_that_postgres_refuses_is_told_in_its_own_words() {
        assertThatThrownBy(() -> EmbeddedPostgres.start(home, Map.of("shared_buffers", "lots")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("invalid value for parameter \"shared_buffers\"");
    }

    @Test
    void data_of_another_major_version_are_refused_and_left_alone() throws Exception {
        postgres = EmbeddedPostgres.start(home);
        postgres.close();
        Files.writeString(home.resolve("data/PG_VERSION"), "16\n");

        assertThatThrownBy(() -> EmbeddedPostgres.start(home))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("written by PostgreSQL 16, the embedded one is 18");
    }

    @Test
    void as_root_it_also_runs_as_nobody_where_namespaces_are_forbidden() throws Exception {
        assumeTrue(new UnixSystem().getUid() == 0, "only root can become nobody");
        postgres = EmbeddedPostgres.start(home, Map.of(), Account.NOBODY);
        execute("create table note (text text)");
        postgres.close();
        assertThat(Files.getAttribute(home.resolve("data"), "unix:uid")).isEqualTo(65534);

        // the same home later where namespaces are allowed
        postgres = EmbeddedPostgres.start(home, Map.of(), Account.NAMESPACE);
        assertThat(query("select count(*) from note")).isEqualTo("0");
    }

    private int port() {
        return Integer.parseInt(started().jdbcUrl().replaceAll("^.*:(\\d+)/.*$", "$1"));
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private String query(String sql) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection(
                started().jdbcUrl(), started().username(), started().password());
    }

    private EmbeddedPostgres started() {
        assertThat(postgres).isNotNull();
        return postgres;
    }
}
