package io.github.throughcare.care;

import io.github.throughcare.fhir.Problem;
import io.github.throughcare.fhir.Resources;
import io.github.throughcare.fhir.Visibility;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.hl7.fhir.r4.model.RiskAssessment;

/** The bands of readmission risk, as a caller may ask for them. */
public final class RiskBand {

    /** The bands of the published indices, and {@code uncertain}, with the least first. */
    public static final List<String> PUBLISHED =
            List.of("unlikely", "low", "intermediate", "moderate", "uncertain", "likely", "high");

    private RiskBand() {}

    /**
     * A code that is no published band is one only if an index of the hospital's own has given it to somebody.
     *
     * @throws Problem 400 for a code that is no band: an empty list would look like "nobody is at risk"
     */
    public static void check(String band, Resources resources, Visibility visibility) {
        if (!PUBLISHED.contains(band)
                && resources.count(
                                RiskAssessment.class,
                                "risk=" + URLEncoder.encode(Ig.SCORE_BAND + "|" + band, StandardCharsets.UTF_8),
                                visibility)
                        == 0) {
            throw Problem.malformed(
                    "risk is a band: " + String.join(", ", PUBLISHED) + "; nobody has " + band,
                    "Parameters.parameter.where(name='risk')");
        }
    }
}
