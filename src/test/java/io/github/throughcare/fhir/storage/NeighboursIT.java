package io.github.throughcare.fhir.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.throughcare.ServerIT;
import io.github.throughcare.fhir.CommitListener;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What another process commits is told, whenever it commits; the other process is a connection that names itself as one. */
class NeighboursIT extends ServerIT {

    /** Remembers what it is told. */
    private static final class Ear implements CommitListener {
        private final List<String> heard = new ArrayList<>();
        private final List<Boolean> company = new ArrayList<>();

        @Override
        public Set<String> types() {
            return Set.of("EpisodeOfCare", "Basic");
        }

        @Override
        public void committed(Collection<String> resources) {
            heard.addAll(resources);
        }

        @Override
        public void accompanied(boolean others) {
            company.add(others);
        }
    }

    private static Connection other() throws SQLException {
        Map<String, String> database = sameDatabase();
        Properties settings = new Properties();
        settings.setProperty("user", String.valueOf(database.get("throughcare.storage.username")));
        settings.setProperty("password", String.valueOf(database.get("throughcare.storage.password")));
        settings.setProperty("ApplicationName", "throughcare another");
        return DriverManager.getConnection(database.get("throughcare.storage.url"), settings);
    }

    private static void write(Connection c, String id, int version) throws SQLException {
        try (PreparedStatement s = c.prepareStatement(
                "INSERT INTO version (pk, upd, ver, type, method, codec) SELECT pk, (extract(epoch FROM clock_timestamp()) * 1000)::bigint * 1000, ?, type, 2, 0"
                        + " FROM resource WHERE id = ?")) {
            s.setInt(1, version);
            s.setString(2, id);
            assertThat(s.executeUpdate()).isEqualTo(1);
        }
    }

    @Test
    void a_late_commit_is_told_late_and_none_is_missed() throws SQLException {
        String early = create("Basic", "{\"resourceType\":\"Basic\",\"code\":{\"text\":\"a\"}}");
        String late = create("Basic", "{\"resourceType\":\"Basic\",\"code\":{\"text\":\"b\"}}");
        Ear ear = new Ear();
        Neighbours neighbours = new Neighbours(bean(Store.class), List.of(ear));
        neighbours.begin();
        try (Connection slow = other();
                Connection quick = other()) {
            slow.setAutoCommit(false);
            write(slow, late, 901);
            write(quick, early, 902);
            neighbours.look();
            neighbours.look();
            assertThat(ear.heard).doesNotContain("Basic/" + late);
            assertThat(ear.company).containsExactly(true);

            slow.commit();
            neighbours.look();
            neighbours.look();
            assertThat(ear.heard).contains("Basic/" + late, "Basic/" + early);
            try (PreparedStatement undo = quick.prepareStatement(
                    "DELETE FROM version WHERE ver IN (901, 902) AND pk IN (SELECT pk FROM resource WHERE id IN (?, ?))")) {
                undo.setString(1, early);
                undo.setString(2, late);
                assertThat(undo.executeUpdate()).isEqualTo(2);
            }
        }
    }
}
