package io.github.throughcare.fhir.storage.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Base64;
import java.util.List;
import java.util.Properties;
import org.springframework.util.FileSystemUtils;

/**
 * The data directory and its password.
 *
 * @param home real path of the home; {@code data}, {@code password}, {@code port}, {@code postgres.log} lie in it
 */
record Cluster(Path home, Binaries binaries, Account account, String password) {

    static final String USER = "throughcare";

    /** In order of preference; a build that was compiled without it refuses the name. */
    private static final List<String> WAL_COMPRESSION = List.of("zstd", "lz4");

    static Cluster initialisedUnder(Path home, Binaries binaries, Account account) throws IOException {
        Path data = home.resolve("data");
        boolean fresh = !Files.exists(data);
        Cluster cluster = new Cluster(home, binaries, account, password(home.resolve("password"), fresh));
        if (fresh) {
            cluster.initialise();
        } else {
            cluster.checkMajorVersion();
            account.own(data);
        }
        return cluster;
    }

    static String jdbcUrl(int port) {
        return "jdbc:postgresql://127.0.0.1:" + port + "/postgres";
    }

    Path data() {
        return home.resolve("data");
    }

    Path log() {
        return home.resolve("postgres.log");
    }

    /** Whether a server on this port lets our password in and serves this very directory. */
    boolean answersOn(int port) {
        Properties login = new Properties();
        login.setProperty("user", USER);
        login.setProperty("password", password);
        login.setProperty("connectTimeout", "5");
        login.setProperty("socketTimeout", "5");
        try (Connection connection = DriverManager.getConnection(jdbcUrl(port), login);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("show data_directory")) {
            return row.next() && Path.of(row.getString(1)).equals(data());
        } catch (SQLException e) {
            return false;
        }
    }

    private void initialise() throws IOException {
        Path temporary = home.resolve(".initialising");
        FileSystemUtils.deleteRecursively(temporary);
        Files.createDirectory(temporary);
        Path fresh = Files.createDirectory(temporary.resolve("data"));
        Path secret = writeSecret(temporary.resolve("password"), password);
        account.own(temporary);
        account.run(List.of(
                binaries.program("initdb"),
                "--pgdata=" + fresh,
                "--username=" + USER,
                "--pwfile=" + secret,
                "--auth=scram-sha-256",
                // the password is random, so stretching it protects nothing and costs every new connection milliseconds
                "--set=scram_iterations=1",
                "--encoding=UTF8",
                "--no-locale",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8"));
        for (String method : WAL_COMPRESSION) {
            if (accepts(fresh, "wal_compression", method)) {
                Files.writeString(
                        fresh.resolve("postgresql.conf"),
                        "wal_compression = " + method + "\n",
                        StandardOpenOption.APPEND);
                break;
            }
        }
        Files.move(fresh, data(), StandardCopyOption.ATOMIC_MOVE);
        FileSystemUtils.deleteRecursively(temporary);
    }

    private boolean accepts(Path directory, String setting, String value) throws IOException {
        try {
            account.run(List.of(
                    binaries.program("postgres"),
                    "-D",
                    directory.toString(),
                    "-C",
                    setting,
                    "-c",
                    setting + "=" + value));
            return true;
        } catch (IllegalStateException refused) {
            return false;
        }
    }

    private void checkMajorVersion() throws IOException {
        String written = Files.readString(data().resolve("PG_VERSION")).strip();
        String ours = account.run(List.of(binaries.program("postgres"), "--version"))
                .strip()
                .replaceAll("^\\D*(\\d+).*$", "$1");
        if (!written.equals(ours)) {
            throw new IllegalStateException("The data in " + data() + " were written by PostgreSQL " + written
                    + ", the embedded one is " + ours + ". Dump them with the old version and load them into an empty"
                    + " home, or point SPRING_DATASOURCE_URL to a PostgreSQL " + written + ".");
        }
    }

    private static String password(Path file, boolean mayBeNew) throws IOException {
        if (Files.exists(file)) {
            return Files.readString(file).strip();
        }
        if (!mayBeNew) {
            throw new IllegalStateException("The password file " + file + " is missing, but there are data beside it."
                    + " Put the file back from the backup of the home.");
        }
        byte[] random = new byte[24];
        new SecureRandom().nextBytes(random);
        String password = Base64.getUrlEncoder().withoutPadding().encodeToString(random);
        Path written = writeSecret(file.resolveSibling(".password"), password);
        Files.move(written, file, StandardCopyOption.ATOMIC_MOVE);
        return password;
    }

    private static Path writeSecret(Path file, String secret) throws IOException {
        Files.deleteIfExists(file);
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        return Files.writeString(file, secret + "\n");
    }
}
