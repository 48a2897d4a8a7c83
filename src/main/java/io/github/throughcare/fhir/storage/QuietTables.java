package io.github.throughcare.fhir.storage;

import io.github.throughcare.fhir.storage.Entities.DictionaryRow;
import io.github.throughcare.fhir.storage.Entities.StoreRow;
import io.github.throughcare.fhir.storage.Entities.TypeRow;
import java.security.SecureRandom;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.hibernate.SessionFactory;

/** The tables that are read at start and seldom written: the database's secret, its type numbers, its dictionaries. */
final class QuietTables implements BodyCodec.Dictionaries {

    private final SessionFactory sessions;

    QuietTables(SessionFactory sessions) {
        this.sessions = sessions;
    }

    /** The secret of this database; made at its first start, by whichever server comes first. */
    long secret() {
        return sessions.fromStatelessTransaction(s -> {
            s.createNativeMutationQuery("INSERT INTO store (one, secret) VALUES (true, :secret) ON CONFLICT DO NOTHING")
                    .setParameter("secret", new SecureRandom().nextLong())
                    .executeUpdate();
            return s.createSelectionQuery("from StoreRow", StoreRow.class).getSingleResult().secret;
        });
    }

    /** The type numbers; types not met before get the next ones. */
    Types types(Collection<String> names) {
        return sessions.fromStatelessTransaction(s -> {
            s.createNativeMutationQuery("LOCK TABLE resource_type IN SHARE ROW EXCLUSIVE MODE")
                    .executeUpdate();
            Map<String, Short> numbers = new HashMap<>();
            s.createSelectionQuery("from TypeRow", TypeRow.class)
                    .getResultList()
                    .forEach(t -> numbers.put(t.name, t.number));
            for (String name : names) {
                if (!numbers.containsKey(name)) {
                    TypeRow row = new TypeRow();
                    row.name = name;
                    row.number = (short) (numbers.size() + 1);
                    numbers.put(name, row.number);
                    s.insert(row);
                }
            }
            return new Types(numbers);
        });
    }

    @Override
    public Map<Short, BodyCodec.Dictionary> load() {
        return sessions.fromStatelessSession(s -> {
            Map<Short, BodyCodec.Dictionary> all = new HashMap<>();
            s.createSelectionQuery("from DictionaryRow", DictionaryRow.class)
                    .getResultList()
                    .forEach(d -> all.put(d.codec, new BodyCodec.Dictionary(d.type, d.bytes)));
            return all;
        });
    }

    @Override
    public short keep(int type, byte[] bytes) {
        return sessions.fromStatelessTransaction(s -> {
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
