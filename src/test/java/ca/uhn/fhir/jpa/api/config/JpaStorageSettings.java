package ca.uhn.fhir.jpa.api.config;

import ca.uhn.fhir.jpa.model.entity.NormalizedQuantitySearchLevel;

/**
 * Stands in for the class of this name in HAPI's JPA server, which is not on the class path: HAPI's published test cases switch on by
 * it what is always on here.
 */
public class JpaStorageSettings {

    /** How much of a source is kept. */
    public enum StoreMetaSourceInformationEnum {
        SOURCE_URI_AND_REQUEST_ID
    }

    public NormalizedQuantitySearchLevel getNormalizedQuantitySearchLevel() {
        return NormalizedQuantitySearchLevel.NORMALIZED_QUANTITY_SEARCH_SUPPORTED;
    }

    public void setNormalizedQuantitySearchLevel(NormalizedQuantitySearchLevel level) {}

    public StoreMetaSourceInformationEnum getStoreMetaSourceInformation() {
        return StoreMetaSourceInformationEnum.SOURCE_URI_AND_REQUEST_ID;
    }

    public void setStoreMetaSourceInformation(StoreMetaSourceInformationEnum information) {}

    public void setAllowContainsSearches(boolean allowed) {}
}
