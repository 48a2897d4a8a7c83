package io.github.throughcare.care.assessment;

import ca.uhn.fhir.context.FhirContext;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.github.throughcare.care.ValueSetMembers;
import io.github.throughcare.fhir.CommitListener;
import io.github.throughcare.fhir.Problem;
import io.github.throughcare.fhir.Resources;
import io.github.throughcare.fhir.Visibility;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import org.hl7.fhir.r4.model.Enumerations.PublicationStatus;
import org.hl7.fhir.r4.model.MetadataResource;
import org.hl7.fhir.r4.model.Questionnaire;
import org.springframework.stereotype.Component;

/**
 * The forms that can be assessed, each made ready once: reading it from the store and parsing its expressions costs far more than
 * scoring. A change of a form, a value set or a code system makes all be read anew, by the time that whoever changed it gets the answer;
 * what another process on the same database changed is seen after half a minute. Thread-safe.
 */
@Component
class Forms implements CommitListener, ValueSetMembers.Definitions {

    private final Resources resources;
    private final Cache<String, Form> ready = Caffeine.newBuilder()
            .maximumSize(500)
            .expireAfterWrite(Duration.ofSeconds(30))
            .build();
    private final Expressions expressions;
    private long changes;

    Forms(Resources resources, FhirContext context) {
        this.resources = resources;
        this.expressions = new Expressions(context);
    }

    /**
     * The form with this canonical.
     *
     * @throws Problem 422 when there is none, or it cannot be used
     */
    Form form(String canonical) {
        Form known = ready.getIfPresent(canonical);
        if (known != null) {
            return known;
        }
        long before = changes();
        Form form = ready(find(Questionnaire.class, canonical)
                .orElseThrow(() -> Problem.rule(
                        "There is no form " + canonical
                                + "; store the Questionnaire first, or name one that is stored.",
                        "QuestionnaireResponse.questionnaire")));
        keep(canonical, form, before);
        return form;
    }

    /** Any form, made ready for this once. */
    Form ready(Questionnaire definition) {
        return new FormReader(expressions, this).read(definition);
    }

    Expressions expressions() {
        return expressions;
    }

    /**
     * As {@link Resources#definition} chooses, but as it is stored now: that version if {@code |version} is given, else the newest
     * active one.
     */
    @Override
    public <T extends MetadataResource> Optional<T> find(Class<T> type, String canonical) {
        String[] parts = canonical.split("\\|", 2);
        return resources
                .search(type, "url=" + URLEncoder.encode(parts[0], StandardCharsets.UTF_8), Visibility.everything())
                .stream()
                .filter(d -> parts.length == 2
                        ? parts[1].equals(d.getVersion())
                        : d.getStatus() != PublicationStatus.RETIRED)
                .max(Resources.NEWEST);
    }

    @Override
    public Set<String> types() {
        return Set.of("Questionnaire", "ValueSet", "CodeSystem");
    }

    @Override
    public synchronized void committed(Collection<String> definitions) {
        changes++;
        ready.invalidateAll();
    }

    private synchronized long changes() {
        return changes;
    }

    /** What was read before a change may be what it changed. */
    private synchronized void keep(String canonical, Form form, long before) {
        if (changes == before) {
            ready.put(canonical, form);
        }
    }
}
