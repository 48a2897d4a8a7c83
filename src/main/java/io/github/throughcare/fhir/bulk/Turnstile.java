package io.github.throughcare.fhir.bulk;

import java.util.Collections;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CancellationException;

/**
 * Lets batches that are written at the same time pass in their order where it matters: none begins while an earlier one that writes
 * the same resource is under way, so that the versions of a resource come in the order of the file. Tickets are 0, 1, 2, ... and each
 * must come; a thread pool that begins its tasks in order never stands still.
 */
final class Turnstile {

    private final Set<String> held = new HashSet<>();
    private long next;
    private boolean closed;

    /** @throws CancellationException when it was closed */
    synchronized void enter(long ticket, Set<String> resources) throws InterruptedException {
        while (!closed && (ticket != next || !Collections.disjoint(held, resources))) {
            wait();
        }
        if (closed) {
            throw new CancellationException("The import has ended");
        }
        held.addAll(resources);
        next++;
        notifyAll();
    }

    synchronized void leave(Set<String> resources) {
        held.removeAll(resources);
        notifyAll();
    }

    /** Sends everybody home. */
    synchronized void close() {
        closed = true;
        notifyAll();
    }
}
