package io.github.throughcare.fhir.interaction;

import io.github.throughcare.fhir.search.SearchPage;
import io.github.throughcare.fhir.search.VersionPage;
import io.github.throughcare.fhir.storage.Stored;
import java.util.List;
import org.hl7.fhir.r4.model.Resource;
import org.jspecify.annotations.Nullable;

/** What an interaction comes to. Stored resources stay bytes until somebody writes them. */
public sealed interface Answer {

    /** HTTP status. */
    int status();

    /**
     * One stored version; for a deletion without content.
     *
     * @param read it was asked for, rather than written
     * @param warnings what was let pass, though it is not as it should be
     */
    record One(int status, @Nullable Stored stored, boolean read, List<String> warnings) implements Answer {

        public One(int status, @Nullable Stored stored, boolean read) {
            this(status, stored, read, List.of());
        }
    }

    /** A page of a search, with the path it was asked by. */
    record Page(SearchPage page, String path) implements Answer {
        @Override
        public int status() {
            return 200;
        }
    }

    /**
     * A page of versions (type history) or of {@code $everything} (type searchset).
     *
     * @param query the self link's query string, without the cursor
     * @param warnings what was left out under lenient handling
     */
    record Versions(VersionPage page, boolean history, String path, String query, List<String> warnings)
            implements Answer {
        @Override
        public int status() {
            return 200;
        }
    }

    /** The answers of a batch or transaction, in the order of its entries. */
    record Entries(boolean transaction, List<Answer> entries) implements Answer {
        @Override
        public int status() {
            return 200;
        }
    }

    /** A resource that is bytes already. */
    @SuppressWarnings("ArrayRecordComponent")
    record Raw(byte[] json) implements Answer {
        @Override
        public int status() {
            return 200;
        }
    }

    /**
     * Work that goes on (R4 async.html), at its beginning or when asked for.
     *
     * @param job where to ask, below the base
     * @param begun it was begun by this request
     * @param progress how far it is
     */
    record Going(String job, boolean begun, String progress) implements Answer {
        @Override
        public int status() {
            return 202;
        }
    }

    /** A job's result, kept until then (microseconds since 1970). */
    record Finished(Resource resource, long expires) implements Answer {
        @Override
        public int status() {
            return 200;
        }
    }

    /** A resource made for this answer: the result of an operation, an OperationOutcome. */
    record Made(int status, Resource resource) implements Answer {}
}
