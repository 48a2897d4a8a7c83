package io.github.throughcare.care.risk;

import java.util.Locale;

/** How well the value of an item is known. */
enum Certainty {
    /** Read from the record. */
    KNOWN,
    /** The record does not tell. */
    UNKNOWN,
    /** The record holds nothing, and a policy of the caller says that it is complete. */
    ASSUMED;

    String code() {
        return name().toLowerCase(Locale.ROOT);
    }
}
