package io.github.throughcare.fhir;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a caller may see. Every read, search, history and write takes one, so that nobody can forget it; storage turns it
 * into SQL criteria, so that totals, pages and includes never know of a hidden row.
 *
 * @param patients ids of the Patients whose compartments are visible, or null when everything is
 */
public record Visibility(@Nullable Set<String> patients) {

    private static final Visibility EVERYTHING = new Visibility(null);

    public Visibility {
        if (patients != null) {
            patients = Set.copyOf(patients);
        }
    }

    /** Sees all resources: the server itself, and every caller while no security is configured. */
    public static Visibility everything() {
        return EVERYTHING;
    }

    /** Sees the compartments of these Patients, and resources that belong to no patient. */
    public static Visibility ofPatients(Set<String> ids) {
        return new Visibility(ids);
    }
}
