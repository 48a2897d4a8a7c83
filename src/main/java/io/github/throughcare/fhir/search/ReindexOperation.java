package io.github.throughcare.fhir.search;

import io.github.throughcare.fhir.FhirOperation;
import io.github.throughcare.fhir.OperationCall;
import io.github.throughcare.fhir.Problem;
import io.github.throughcare.fhir.storage.SearchIndex;
import io.github.throughcare.fhir.storage.Store;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.hl7.fhir.r4.model.CodeType;
import org.hl7.fhir.r4.model.DecimalType;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Parameters.ParametersParameterComponent;
import org.hl7.fhir.r4.model.Resource;

/** {@code $reindex}: has resources indexed anew in the background, and says how far that is. Searches go on meanwhile. */
final class ReindexOperation implements FhirOperation {

    private final Store store;

    ReindexOperation(Store store) {
        this.store = store;
    }

    @Override
    public String definition() {
        return "reindex";
    }

    @Override
    public Resource run(OperationCall call) {
        if (!call.flag("status")) {
            store.index().reindex(types(call.values("type", CodeType.class)));
        }
        Parameters out = new Parameters();
        for (SearchIndex.Indexing i : store.index().indexing()) {
            ParametersParameterComponent one = out.addParameter().setName("indexing");
            one.addPart().setName("type").setValue(new CodeType(i.type()));
            one.addPart().setName("done").setValue(new DecimalType(i.done()));
            one.addPart().setName("of").setValue(new DecimalType(i.of()));
        }
        return out;
    }

    private Collection<String> types(List<CodeType> named) {
        Set<String> all = store.types().all();
        Set<String> types = new TreeSet<>();
        for (CodeType t : named) {
            if (!all.contains(t.getValue())) {
                throw Problem.malformed("type takes FHIR R4 resource types, not " + t.getValue(), "type");
            }
            types.add(t.getValue());
        }
        return types.isEmpty() ? all : types;
    }
}
