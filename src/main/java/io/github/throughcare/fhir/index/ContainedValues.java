package io.github.throughcare.fhir.index;

import java.util.HashSet;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What contained resources add to the index of the one that contains them, under each parameter that refers to them: a chain looks
 * there too (R4 search.html 3.1.1.5.9). Not under parameters of the patient column: whose record it is, a contained resource cannot say.
 */
final class ContainedValues {

    /** How a resource's own values are read. */
    interface Values {
        void read(TypeIndex index, ObjectNode resource, IndexValues out);
    }

    private final TypeIndex.Catalog catalog;
    private final Values values;

    ContainedValues(TypeIndex.Catalog catalog, Values values) {
        this.catalog = catalog;
        this.values = values;
    }

    void index(TypeIndex index, ObjectNode resource, IndexValues out) {
        JsonNode contained = resource.get("contained");
        if (contained == null) {
            return;
        }
        for (TypeIndex.Compiled c : index.compiled()) {
            if (c.param().kind() == ParamKind.REFERENCE && !c.patientColumn()) {
                Set<String> met = new HashSet<>();
                for (Path path : c.paths()) {
                    path.visit(resource, (node, dataType) -> {
                        String reference = Indexer.textOf(node, "reference");
                        if (reference.startsWith("#") && met.add(path.referenceTo() + reference)) {
                            for (JsonNode inner : contained) {
                                referred(c, path, reference, inner, out);
                            }
                        }
                    });
                }
            }
        }
    }

    private void referred(TypeIndex.Compiled c, Path path, String reference, JsonNode inner, IndexValues out) {
        String type = Indexer.textOf(inner, "resourceType");
        if (inner instanceof ObjectNode resource
                && reference.equals("#" + Indexer.textOf(inner, "id"))
                && (path.referenceTo() == null || path.referenceTo().equals(type))
                && catalog.parameters().isType(type)) {
            inside(Keys.contained(c.seed()), type, resource, out);
        }
    }

    private void inside(long seed, String type, ObjectNode inner, IndexValues out) {
        TypeIndex index = catalog.within(seed).of(type);
        IndexValues found = new IndexValues(true);
        values.read(index, inner, found);
        out.take(found);
        out.token(catalog.keys().code(type) ^ seed);
        for (TypeIndex.Compiled c : index.all()) {
            if (found.isPresent(c.param().bit())) {
                out.filter(Keys.there(c.seed()));
            }
        }
    }
}
