package ca.uhn.fhir.jpa.model.entity;

/** Stands in for the enumeration of this name in HAPI's JPA server, which is not on the class path; HAPI's published test cases name it. */
public enum NormalizedQuantitySearchLevel {
    NORMALIZED_QUANTITY_SEARCH_SUPPORTED
}
