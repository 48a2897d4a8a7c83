package io.github.throughcare.care;

import io.github.throughcare.fhir.Resources;
import io.github.throughcare.fhir.Visibility;
import io.github.throughcare.fhir.WriteRule;
import java.util.List;
import org.hl7.fhir.r4.model.Resource;

/** A look at what is stored, from outside a transaction or from within it: the same questions can be asked again at the commit. */
public interface Look {

    /** All matches of a search, as {@link Resources#search} gives them. */
    <T extends Resource> List<T> search(Class<T> type, String query);

    /** Before a transaction. */
    static Look at(Resources resources, Visibility visibility) {
        return new Look() {
            @Override
            public <T extends Resource> List<T> search(Class<T> type, String query) {
                return resources.search(type, query, visibility);
            }
        };
    }

    /** Within the transaction that this intent is part of. */
    static Look within(WriteRule.Intent intent) {
        return new Look() {
            @Override
            public <T extends Resource> List<T> search(Class<T> type, String query) {
                return intent.search(type, query);
            }
        };
    }
}
