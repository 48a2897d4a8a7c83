package io.github.throughcare.care.careplan;

import io.github.throughcare.fhir.ChangeListener;
import io.github.throughcare.fhir.ResourceChanged;
import java.util.Set;
import org.springframework.stereotype.Component;

/** Lets the next call read or compile anew when a definition was changed. */
@Component
final class DefinitionChangeListener implements ChangeListener {

    private final ClinicalReasoning reasoning;
    private final ProgrammeShelf programmes;

    DefinitionChangeListener(ClinicalReasoning reasoning, ProgrammeShelf programmes) {
        this.reasoning = reasoning;
        this.programmes = programmes;
    }

    @Override
    public Set<String> types() {
        return ClinicalReasoning.CACHED_TYPES;
    }

    @Override
    public void changed(ResourceChanged change) {
        if (change.type().equals("PlanDefinition")) {
            programmes.forget();
        } else {
            reasoning.forget();
        }
    }
}
