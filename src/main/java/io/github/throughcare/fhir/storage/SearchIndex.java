package io.github.throughcare.fhir.storage;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** What searches are answered from: by which parameters, whether it is whole, and how PostgreSQL reads it. Thread-safe. */
public final class SearchIndex {

    /** A type that is being indexed anew: how many of its resources are done, of how many. */
    public record Indexing(String type, long done, long of) {}

    private final Store store;
    private final IndexDefinitions definitions;
    private volatile Runnable bell = () -> {};

    SearchIndex(Store store, IndexDefinitions definitions) {
        this.store = store;
        this.definitions = definitions;
    }

    /** Called after each commit that changed what resources are indexed by. */
    void afterChange(Runnable ringer) {
        this.bell = ringer;
    }

    void changed() {
        refresh();
        bell.run();
    }

    /** Takes over what other processes have changed of the search parameters; says whether there was anything. */
    public boolean refresh() {
        return store.on(definitions::refresh);
    }

    /** Types of which nothing can be searched, because their index is made anew in another form. */
    public Set<String> rebuilding() {
        return definitions.rebuilding();
    }

    /** PostgreSQL's plan for a query, line by line; the query is not run. */
    public List<String> explain(Sql query) {
        return store.on(c -> JdbcReader.explain(c, query));
    }

    /** What is being indexed anew. */
    public List<Indexing> indexing() {
        Types types = store.types();
        return store
                .lines(new Sql(
                        "SELECT x.type || ' ' || x.done || ' ' || (SELECT count(*) FROM resource r WHERE r.type = x.type)"
                                + " FROM reindex x ORDER BY x.type"))
                .stream()
                .map(line -> line.split(" "))
                .map(p -> new Indexing(types.name(Integer.parseInt(p[0])), Long.parseLong(p[1]), Long.parseLong(p[2])))
                .toList();
    }

    /** Has all resources of these types indexed anew in the background; they can be searched meanwhile. */
    public void reindex(Collection<String> types) {
        store.on(c -> {
            for (String type : new TreeSet<>(types)) {
                definitions.request(c, type, false);
            }
            return true;
        });
        bell.run();
    }
}
