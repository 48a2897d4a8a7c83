package io.github.throughcare.fhir.storage;

import io.github.throughcare.fhir.storage.Entities.DictionaryRow;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.hibernate.SessionFactory;

/** The tables that are read at start and seldom written: the database's secret, its type numbers, its dictionaries. */
final class QuietTables implements BodyCodec.Dictionaries {

    private final DataSource dataSource;
    private final Supplier<SessionFactory> sessions;

    /** @param sessions asked for when first needed: Hibernate starts beside everything else */
    QuietTables(DataSource dataSource, Supplier<SessionFactory> sessions) {
        this.dataSource = dataSource;
        this.sessions = sessions;
    }

    /** The secret of this database; made at its first start, by whichever server comes first. */
    long secret() {
        try (Connection c = dataSource.getConnection()) {
            JdbcReader.update(
                    c,
                    new Sql(
                            "INSERT INTO store (one, secret) VALUES (true, ?) ON CONFLICT DO NOTHING",
                            new SecureRandom().nextLong()));
            return JdbcReader.number(c, new Sql("SELECT secret FROM store"));
        } catch (SQLException e) {
            throw new IllegalStateException("The store's secret cannot be read", e);
        }
    }

    /** The type numbers; types not met before get the next ones. */
    Types types(Collection<String> names) {
        try (Connection c = dataSource.getConnection()) {
            Types known = types(c);
            if (!known.all().containsAll(names)) {
                c.setAutoCommit(false);
                JdbcReader.update(c, new Sql("LOCK TABLE resource_type IN SHARE ROW EXCLUSIVE MODE"));
                JdbcReader.update(
                        c,
                        new Sql(
                                "INSERT INTO resource_type (number, name) SELECT (SELECT count(*) FROM resource_type) + row_number() OVER (ORDER BY n), n"
                                        + " FROM unnest(?) n WHERE n NOT IN (SELECT name FROM resource_type)",
                                (Object) names.toArray(new String[0])));
                c.commit();
                c.setAutoCommit(true);
                known = types(c);
            }
            return known;
        } catch (SQLException e) {
            throw new IllegalStateException("The type numbers cannot be read", e);
        }
    }

    private static Types types(Connection c) throws SQLException {
        Map<String, Short> numbers = new HashMap<>();
        for (String line : JdbcReader.lines(c, new Sql("SELECT number || ' ' || name FROM resource_type"))) {
            int space = line.indexOf(' ');
            numbers.put(line.substring(space + 1), Short.valueOf(line.substring(0, space)));
        }
        return new Types(numbers);
    }

    @Override
    public Map<Short, BodyCodec.Dictionary> load() {
        try (Connection c = dataSource.getConnection()) {
            return load(c);
        } catch (SQLException e) {
            throw new IllegalStateException("The dictionaries cannot be read", e);
        }
    }

    @Override
    public Map<Short, BodyCodec.Dictionary> load(Connection c) throws SQLException {
        try (PreparedStatement s = JdbcReader.prepare(c, new Sql("SELECT codec, type, bytes FROM codec_dictionary"));
                ResultSet r = s.executeQuery()) {
            Map<Short, BodyCodec.Dictionary> all = new HashMap<>();
            while (r.next()) {
                all.put(r.getShort(1), new BodyCodec.Dictionary(r.getShort(2), r.getBytes(3)));
            }
            return all;
        }
    }

    @Override
    public short keep(int type, byte[] bytes) {
        return sessions.get().fromStatelessTransaction(s -> {
            s.createNativeMutationQuery("LOCK TABLE codec_dictionary IN SHARE ROW EXCLUSIVE MODE")
                    .executeUpdate();
            long there = s.createSelectionQuery("select count(*) from DictionaryRow where type = :type", Long.class)
                    .setParameter("type", (short) type)
                    .getSingleResult();
            if (there > 0) {
                return (short) -1;
            }
            DictionaryRow row = new DictionaryRow();
            row.type = (short) type;
            row.bytes = bytes;
            s.insert(row);
            return row.codec;
        });
    }
}
