package io.github.throughcare.fhir.index;

/** The R4 search parameter types (<a href="http://hl7.org/fhir/R4/search.html#ptypes">search.html 3.1.1.4</a>). */
public enum ParamKind {
    TOKEN,
    REFERENCE,
    STRING,
    DATE,
    NUMBER,
    QUANTITY,
    URI,
    COMPOSITE,
    SPECIAL
}
