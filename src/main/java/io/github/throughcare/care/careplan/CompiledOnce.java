package io.github.throughcare.care.careplan;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Lets one caller at a time use a CQL library for the first time: compiling takes a second of CPU, and callers who come
 * meanwhile would otherwise each compile the same. Thread-safe.
 */
final class CompiledOnce {

    private final Set<String> compiled = ConcurrentHashMap.newKeySet();
    private final ReentrantLock compiling = new ReentrantLock();

    void first(String library, Runnable use) {
        if (compiled.contains(library)) {
            use.run();
            return;
        }
        compiling.lock();
        try {
            use.run();
            compiled.add(library);
        } finally {
            compiling.unlock();
        }
    }

    void forget() {
        compiled.clear();
    }
}
