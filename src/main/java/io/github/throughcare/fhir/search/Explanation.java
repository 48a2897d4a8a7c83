package io.github.throughcare.fhir.search;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a search would be run. Nothing of what is stored is in it: the SQL has placeholders, and the plan is the one that PostgreSQL
 * uses whatever their values are.
 *
 * @param searched path and query that were understood
 * @param walks rows are read in the order of the answer until the page is full; else they are gathered and sorted
 * @param leader the criterion that names the rows to look at; null: all of the types
 * @param filters what is tested on each row
 * @param rows what the leader brings, roughly; null: not known
 * @param sql the statement of the first page
 * @param plan PostgreSQL's plan for it, line by line
 */
record Explanation(
        String searched,
        boolean walks,
        @Nullable Node leader,
        List<Node> filters,
        @Nullable Long rows,
        String sql,
        List<String> plan) {

    /**
     * A criterion.
     *
     * @param text what it asks
     * @param parts what it is made of
     */
    record Node(String text, List<Node> parts) {

        static Node of(Criterion c) {
            if (c instanceof Criterion.AnyOf any) {
                return new Node("any of", any.criteria().stream().map(Node::of).toList());
            }
            if (c instanceof Criterion.Not not) {
                return new Node("not", List.of(of(not.criterion())));
            }
            if (c instanceof Criterion.InTypes in) {
                return new Node("in rows of " + in.types().length + " types", List.of(of(in.criterion())));
            }
            return new Node(text(c), List.of());
        }

        private static String text(Criterion c) {
            if (c instanceof Criterion.Tokens t) {
                return "one of " + t.keys().length + " tokens"
                        + (t.state() ? ", values of the principal status" : "")
                        + (t.walkable() ? "" : ", which can only filter");
            }
            if (c instanceof Criterion.PatientIs p) {
                return "belongs to one of " + p.selves().length + " patients";
            }
            if (c instanceof Criterion.Ids i) {
                return "is one of " + i.selves().length + " resources";
            }
            if (c instanceof Yielded) {
                return "is one of the resources that the inner part leads to";
            }
            if (c instanceof Criterion.PrincipalDateIs d) {
                return "principal date, " + d.prefix();
            }
            if (c instanceof Criterion.UpdatedIs u) {
                return "last updated, " + u.prefix();
            }
            return c.getClass()
                    .getSimpleName()
                    .replaceAll("(?<=[a-z])(?=[A-Z])", " ")
                    .toLowerCase(java.util.Locale.ROOT);
        }
    }
}
