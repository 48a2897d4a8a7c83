package io.github.throughcare.care.careplan;

import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * One plan of a patient is made at a time: the second of two callers must see what the first has stored. Against other writers
 * {@code If-Match} guards; against other processes on the same database the commit does, which looks again.
 */
final class PatientLocks {

    private static final int STRIPES = 64;

    private final ReentrantLock[] locks =
            Stream.generate(ReentrantLock::new).limit(STRIPES).toArray(ReentrantLock[]::new);

    <T> T with(String patient, Supplier<T> work) {
        ReentrantLock lock = locks[Math.floorMod(patient.hashCode(), STRIPES)];
        lock.lock();
        try {
            return work.get();
        } finally {
            lock.unlock();
        }
    }
}
