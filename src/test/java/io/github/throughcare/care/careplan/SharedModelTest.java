package io.github.throughcare.care.careplan;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.FhirVersionEnum;
import ca.uhn.fhir.context.PerformanceOptionsEnum;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.opencds.cqf.cql.engine.fhir.model.FhirModelResolver;
import org.opencds.cqf.cql.engine.fhir.model.R4FhirModelResolver;
import org.opencds.cqf.cql.engine.model.ModelResolver;
import org.opencds.cqf.fhir.utility.model.FhirModelResolverCache;

/** Over a context that reads types when they are met, every name of FHIR's model for CQL means what it means to the engine's own. */
class SharedModelTest {

    private static final String MODEL_INFO = "/org/hl7/fhir/fhir-modelinfo-4.0.1.xml";

    private final FhirModelResolver<?, ?, ?, ?, ?, ?, ?, ?> shared = new SharedModel(lazyContext());

    @Test
    void every_type_of_the_model_means_the_same() throws IOException {
        R4FhirModelResolver own = new R4FhirModelResolver();
        Set<String> names = names();
        assertThat(names).hasSizeGreaterThan(600).contains("Patient", "dateTime", "uuid", "Encounter.Location");

        for (String name : names) {
            assertThat(resolved(shared, name)).as(name).isEqualTo(resolved(own, name));
        }
    }

    @Test
    void the_way_from_a_patient_to_what_is_about_them_is_the_same() {
        R4FhirModelResolver own = new R4FhirModelResolver();
        for (String type : new String[] {
            "Condition", "Observation", "Encounter", "EpisodeOfCare", "Task", "Coverage", "MedicationRequest", "Patient"
        }) {
            assertThat(shared.getContextPath("Patient", type)).as(type).isEqualTo(own.getContextPath("Patient", type));
        }
    }

    /** It rests on the inside of the library: this fails when a new version of it looks different. */
    @Test
    void the_library_uses_it() {
        SharedModel.install(FhirContext.forR4Cached());
        ModelResolver used = FhirModelResolverCache.resolverForVersion(FhirVersionEnum.R4);

        assertThat(used).extracting("innerResolver").isInstanceOf(SharedModel.class);
    }

    private static FhirContext lazyContext() {
        FhirContext context = FhirContext.forR4();
        context.setPerformanceOptions(PerformanceOptionsEnum.DEFERRED_MODEL_SCANNING);
        return context;
    }

    private static String resolved(FhirModelResolver<?, ?, ?, ?, ?, ?, ?, ?> model, String name) {
        try {
            // for uuid the engine registers a class beside HAPI's, and which of the two it finds is chance
            return model.resolveType(name).getName().replace("AnnotatedUuidType", "UuidType");
        } catch (RuntimeException e) {
            return e.getClass().getSimpleName();
        }
    }

    private static Set<String> names() throws IOException {
        Set<String> names = new TreeSet<>();
        try (InputStream in = SharedModelTest.class.getResourceAsStream(MODEL_INFO)) {
            assertThat(in).isNotNull();
            Matcher types = Pattern.compile("<(?:ns4:)?typeInfo [^>]*?\\bname=\"([^\"]+)\"")
                    .matcher(new String(in.readAllBytes(), StandardCharsets.UTF_8));
            while (types.find()) {
                names.add(types.group(1));
            }
        }
        return names;
    }
}
