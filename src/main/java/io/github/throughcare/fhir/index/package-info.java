/**
 * From SearchParameter to index values: which parameters each type has ({@link SearchParameters}), where they look
 * ({@link Path}), and what a resource yields for them ({@link Indexer} -> {@link IndexValues}). Pure functions over the JSON
 * tree of a resource; owns no table. Way in: {@link SearchParameters#r4}.
 */
@NullMarked
package io.github.throughcare.fhir.index;

import org.jspecify.annotations.NullMarked;
