package io.github.throughcare.care;

import java.util.Collection;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.Bundle.BundleType;
import org.hl7.fhir.r4.model.Bundle.HTTPVerb;
import org.hl7.fhir.r4.model.Resource;
import org.jspecify.annotations.Nullable;

/**
 * Resources as entries of a transaction: each a PUT under its own id, and only while what was read is still what is stored (R4 http.html
 * 3.1.0.5, If-Match), so that nobody's change is written over. One that was not read, and so has no version, is put whatever is there; who
 * wants it to be new adds {@link OnlyNew}.
 */
public final class WriteBack {

    private WriteBack() {}

    /** All of them in one transaction, in their order; without entries when there are none. */
    public static Bundle transaction(Collection<? extends Resource> resources) {
        Bundle transaction = new Bundle().setType(BundleType.TRANSACTION);
        resources.forEach(resource -> transaction.addEntry(entry(resource)));
        return transaction;
    }

    /** @param resource with its id, and the version that it was read as, if it was */
    public static BundleEntryComponent entry(Resource resource) {
        return entry(resource, resource);
    }

    /**
     * The same for one that was made anew from what was read.
     *
     * @param resource with its id
     * @param read what was stored under that id; null when nothing was
     */
    public static BundleEntryComponent entry(Resource resource, @Nullable Resource read) {
        BundleEntryComponent entry = new BundleEntryComponent().setResource(resource);
        entry.getRequest()
                .setMethod(HTTPVerb.PUT)
                .setUrl(resource.fhirType() + "/" + resource.getIdElement().getIdPart());
        if (read != null && read.getMeta().hasVersionId()) {
            entry.getRequest().setIfMatch("W/\"" + read.getMeta().getVersionId() + "\"");
        }
        return entry;
    }
}
