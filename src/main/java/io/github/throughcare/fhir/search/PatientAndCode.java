package io.github.throughcare.fhir.search;

import io.github.throughcare.fhir.index.Keys;
import io.github.throughcare.fhir.search.Criterion.PatientIs;
import io.github.throughcare.fhir.search.Criterion.Tokens;
import java.util.ArrayList;
import java.util.List;

/**
 * Of a patient, and of a code: where both have a key together, that leads to what otherwise is sorted out of everything the patient
 * has.
 */
final class PatientAndCode {

    /** So many keys a search gets at most: of many the patients' rows are as good a start. */
    private static final int MOST = 16;

    private PatientAndCode() {}

    /** The same, of fewer criteria if there are such keys. */
    static List<Criterion> joined(List<Criterion> criteria) {
        PatientIs patient = null;
        Tokens code = null;
        for (Criterion c : criteria) {
            if (c instanceof PatientIs p && patient == null) {
                patient = p;
            } else if (c instanceof Tokens t && t.keyedByPatient() && code == null) {
                code = t;
            }
        }
        if (patient == null || code == null || patient.selves().length * code.keys().length > MOST) {
            return criteria;
        }
        long[] keys = new long[patient.selves().length * code.keys().length];
        int n = 0;
        for (long self : patient.selves()) {
            for (long key : code.keys()) {
                keys[n++] = Keys.ofPatient(self, key);
            }
        }
        List<Criterion> joined = new ArrayList<>(criteria.size() - 1);
        for (Criterion c : criteria) {
            if (c == code) {
                joined.add(new Tokens(keys, true, false));
            } else if (c != patient) {
                joined.add(c);
            }
        }
        return joined;
    }
}
