package io.github.throughcare.fhir.storage;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import org.jspecify.annotations.NullUnmarked;

/** The quiet tables as Hibernate maps them; validated against the migrations when it is made. */
@NullUnmarked
final class Entities {

    private Entities() {}

    @Entity(name = "StoreRow")
    @Table(name = "store")
    static class StoreRow {
        @Id
        boolean one = true;

        @Column(nullable = false)
        long secret;

        long guide;
    }

    @Entity(name = "TypeRow")
    @Table(name = "resource_type")
    static class TypeRow {
        @Id
        short number;

        @Column(nullable = false, unique = true, columnDefinition = "text")
        String name;
    }

    @Entity(name = "DictionaryRow")
    @Table(name = "codec_dictionary")
    static class DictionaryRow {
        @Id
        @GeneratedValue(strategy = GenerationType.IDENTITY)
        short codec;

        @Column(nullable = false)
        short type;

        @Column(nullable = false, columnDefinition = "bytea")
        byte[] bytes;
    }

    @Entity(name = "OutboxRow")
    @Table(name = "outbox")
    static class OutboxRow {
        @Id
        @GeneratedValue(strategy = GenerationType.IDENTITY)
        long seq;

        long pk;

        int ver;

        int attempts;

        @Column(nullable = false)
        Instant due;
    }
}
