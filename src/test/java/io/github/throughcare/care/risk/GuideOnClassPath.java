package io.github.throughcare.care.risk;

import ca.uhn.fhir.context.FhirContext;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.Objects;
import org.hl7.fhir.r4.model.MetadataResource;
import org.hl7.fhir.r4.model.OperationDefinition;

/** The definitions of {@code ig/input}, read from the class path as the server's store would hand them out. */
final class GuideOnClassPath implements RiskTables.Definitions {

    static final RiskTables TABLES = RiskTables.of(new GuideOnClassPath());

    @Override
    public <T extends MetadataResource> T get(Class<T> type, String canonical) {
        String id = canonical.substring(canonical.lastIndexOf('/') + 1);
        String folder = type.equals(OperationDefinition.class)
                ? "operations"
                : type.getSimpleName().toLowerCase(Locale.ROOT) + "s";
        String name = "/ig/input/" + folder + "/" + type.getSimpleName() + "-" + id + ".json";
        try (InputStream in = Objects.requireNonNull(GuideOnClassPath.class.getResourceAsStream(name), name)) {
            T found = FhirContext.forR4Cached().newJsonParser().parseResource(type, in);
            if (!canonical.equals(found.getUrl())) {
                throw new IllegalStateException(name + " is " + found.getUrl());
            }
            return found;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
