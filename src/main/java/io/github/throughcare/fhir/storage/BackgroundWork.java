package io.github.throughcare.fhir.storage;

import java.sql.SQLException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Work in a thread of its own, step after step until there is none left, then again when it is rung for, and every second anyway:
 * other processes do not ring. A step that fails is tried again a second later at most.
 */
abstract class BackgroundWork implements SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(BackgroundWork.class);

    private final String name;
    private final Semaphore bell = new Semaphore(0);
    private volatile @Nullable Thread worker;

    /** @param name of the thread */
    BackgroundWork(String name) {
        this.name = name;
    }

    /** One step; says whether there may be more to do. */
    abstract boolean step() throws SQLException, InterruptedException;

    /** A step failed; it will be tried again. */
    void failed(Exception fault) {
        LOG.warn("The {} waits", name, fault);
    }

    /** There may be something to do. */
    final void ring() {
        if (bell.availablePermits() == 0) {
            bell.release();
        }
    }

    private void run() {
        while (isCurrent()) {
            try {
                bell.tryAcquire(1, TimeUnit.SECONDS);
                bell.drainPermits();
                while (isCurrent() && step()) {
                    // until there is nothing left
                }
            } catch (InterruptedException e) {
                return;
            } catch (SQLException | RuntimeException e) {
                failed(e);
            }
        }
    }

    private boolean isCurrent() {
        return worker == Thread.currentThread();
    }

    @Override
    public void start() {
        Thread thread = new Thread(this::run, name);
        thread.setDaemon(true);
        worker = thread;
        thread.start();
    }

    /** Waits up to ten seconds for the step under way. */
    @Override
    public final void stop() {
        Thread thread = worker;
        worker = null;
        if (thread != null) {
            ring();
            try {
                thread.join(10_000);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public final boolean isRunning() {
        return worker != null;
    }
}
