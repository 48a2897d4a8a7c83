package io.github.throughcare.care.careplan;

import io.github.throughcare.fhir.ChangeListener;
import io.github.throughcare.fhir.ResourceChanged;
import java.util.Set;
import org.springframework.stereotype.Component;

/** Lets the next call compile anew when a Library or ValueSet was changed. */
@Component
final class DefinitionChangeListener implements ChangeListener {

    private final ClinicalReasoning reasoning;

    DefinitionChangeListener(ClinicalReasoning reasoning) {
        this.reasoning = reasoning;
    }

    @Override
    public Set<String> types() {
        return ClinicalReasoning.CACHED_TYPES;
    }

    @Override
    public void changed(ResourceChanged change) {
        reasoning.forget();
    }
}
