package io.github.throughcare.fhir.index;

import java.util.HashSet;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What contained resources add to the index of the one that contains them, under each parameter that refers to them: a chain looks
 * there too (R4 search.html 3.1.1.5.9), and goes on to what they refer to in their turn. Not under parameters of the patient column:
 * whose record it is, a contained resource cannot say.
 */
final class ContainedValues {

    /** References from one to the next, as in the longest chain. */
    private static final int DEPTH = 5;

    /** Ways through contained resources that refer to each other: they grow with the power of the depth. */
    private static final int MOST = 2000;

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

    /** Where what is contained refers to each other in too many ways, only to what the resource itself refers to. */
    void index(TypeIndex index, ObjectNode resource, IndexValues out) {
        JsonNode contained = resource.get("contained");
        if (contained == null) {
            return;
        }
        IndexValues found = new IndexValues(true);
        Walk walk = new Walk(contained, refersInside(contained), found);
        walk.from(catalog, index, resource, 1);
        if (walk.ways > MOST) {
            found = new IndexValues(true);
            new Walk(contained, false, found).from(catalog, index, resource, 1);
        }
        out.take(found);
    }

    private static boolean refersInside(JsonNode node) {
        if (Indexer.textOf(node, "reference").startsWith("#")) {
            return true;
        }
        for (JsonNode child : node) {
            if (child.isContainer() && refersInside(child)) {
                return true;
            }
        }
        return false;
    }

    /** Through what one resource contains. */
    private final class Walk {
        private final JsonNode contained;
        private final boolean deeper;
        private final IndexValues out;
        private int ways;

        Walk(JsonNode contained, boolean deeper, IndexValues out) {
            this.contained = contained;
            this.deeper = deeper;
            this.out = out;
        }

        void from(TypeIndex.Catalog here, TypeIndex index, ObjectNode resource, int depth) {
            for (TypeIndex.Compiled c : index.compiled()) {
                if (c.param().kind() == ParamKind.REFERENCE && !c.patientColumn()) {
                    Set<String> met = new HashSet<>();
                    for (Path path : c.paths()) {
                        path.visit(resource, (node, dataType) -> {
                            String reference = Indexer.textOf(node, "reference");
                            if (reference.startsWith("#") && met.add(path.referenceTo() + reference)) {
                                for (JsonNode inner : contained) {
                                    referred(here, c, path, reference, inner, depth);
                                }
                            }
                        });
                    }
                }
            }
        }

        private void referred(
                TypeIndex.Catalog here, TypeIndex.Compiled c, Path path, String reference, JsonNode inner, int depth) {
            String type = Indexer.textOf(inner, "resourceType");
            if (inner instanceof ObjectNode resource
                    && reference.equals("#" + Indexer.textOf(inner, "id"))
                    && (path.referenceTo() == null || path.referenceTo().equals(type))
                    && catalog.parameters().isType(type)) {
                inside(here.within(Keys.contained(c.seed())), Keys.contained(c.seed()), type, resource, depth);
            }
        }

        private void inside(TypeIndex.Catalog within, long seed, String type, ObjectNode inner, int depth) {
            TypeIndex index = within.of(type);
            IndexValues found = new IndexValues(true);
            values.read(index, inner, found);
            out.take(found);
            out.token(catalog.keys().code(type) ^ seed);
            for (TypeIndex.Compiled c : index.all()) {
                if (found.isPresent(c.param().bit())) {
                    out.filter(Keys.there(c.seed()));
                }
            }
            if (deeper && depth < DEPTH) {
                if (depth > 1) {
                    ways++;
                }
                if (ways <= MOST) {
                    from(within, index, inner, depth + 1);
                }
            }
        }
    }
}
