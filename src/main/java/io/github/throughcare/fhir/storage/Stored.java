package io.github.throughcare.fhir.storage;

import org.jspecify.annotations.Nullable;

/**
 * One version of a resource as it is stored.
 *
 * @param pk key of the row
 * @param type resource type
 * @param id logical id
 * @param version 1, 2, ...
 * @param updated meta.lastUpdated, microseconds since 1970
 * @param method what made it
 * @param json the exact bytes to send (UTF-8 JSON, meta.versionId and lastUpdated inside); null for a deletion
 * @param sortKey what it was sorted by, in the form that continues a page; null where nothing was
 */
@SuppressWarnings("ArrayRecordComponent")
public record Stored(
        long pk,
        String type,
        String id,
        int version,
        long updated,
        Method method,
        byte @Nullable [] json,
        @Nullable String sortKey) {

    /** What made a version; the numbers stand in the table. */
    public enum Method {
        CREATE(1),
        UPDATE(2),
        DELETE(3),
        PATCH(4);

        final short number;

        Method(int number) {
            this.number = (short) number;
        }

        static Method of(int number) {
            return values()[number - 1];
        }
    }

    public boolean deleted() {
        return method == Method.DELETE;
    }

    /** The bytes of a version that is no deletion. */
    public byte[] requireJson() {
        if (json == null) {
            throw new IllegalStateException(type + "/" + id + " version " + version + " is a deletion");
        }
        return json;
    }
}
