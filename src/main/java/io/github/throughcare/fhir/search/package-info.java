/**
 * From the parameters of a URL to rows: {@link SearchParser} makes a {@link SearchRequest} with a tree of {@link Criterion}s,
 * {@link SearchPlan} decides which one leads and writes fenced SQL (docs/search.md), {@link Searches} runs it and follows includes.
 * Owns no table. Way in: {@link Searches}.
 */
@NullMarked
package io.github.throughcare.fhir.search;

import org.jspecify.annotations.NullMarked;
