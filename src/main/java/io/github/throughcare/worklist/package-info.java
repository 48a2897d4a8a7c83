/**
 * The pages at {@code /}: the discharge planner's worklist and one stay in detail. Server-rendered, complete without scripts, readable by
 * machines and by screen readers. It knows the door alone: operations by their definition's id, resources by search.
 * {@code WorklistPages} takes the request, {@code ListPage} and {@code StayPage} write HTML through {@link
 * io.github.throughcare.worklist.Html}, which escapes whatever comes from outside.
 */
@NullMarked
package io.github.throughcare.worklist;

import org.jspecify.annotations.NullMarked;
