package io.github.throughcare.care.careplan;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Lets one caller at a time use a CQL library for the first time: compiling takes seconds of CPU, and callers who come meanwhile
 * would otherwise each compile the same. Who needs another library does not wait. Thread-safe.
 */
final class CompiledOnce {

    private final Set<String> compiled = ConcurrentHashMap.newKeySet();
    private final Map<String, RuntimeException> failed = new ConcurrentHashMap<>();
    private final Map<String, ReentrantLock> compiling = new ConcurrentHashMap<>();

    void first(String library, Runnable use) {
        if (compiled.contains(library)) {
            use.run();
            return;
        }
        ReentrantLock lock = compiling.computeIfAbsent(library, name -> new ReentrantLock());
        lock.lock();
        try {
            use.run();
            compiled.add(library);
        } finally {
            lock.unlock();
        }
    }

    /** Says that a library cannot be compiled: trying again costs seconds, and every caller would. */
    void fail(String library, RuntimeException why) {
        failed.put(library, why);
    }

    boolean isBroken(String library) {
        return failed.containsKey(library);
    }

    /** @throws RuntimeException what compiling it said, if it cannot be compiled */
    void check(@Nullable String library) {
        RuntimeException why = library == null ? null : failed.get(library);
        if (why != null) {
            throw new IllegalStateException(why.getMessage(), why);
        }
    }

    /** Something was written: what could not be compiled may be whole now. */
    void tryAgain() {
        failed.clear();
    }

    void forget() {
        failed.clear();
        compiled.clear();
    }
}
