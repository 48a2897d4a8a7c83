package io.github.throughcare.care.transition;

import io.github.throughcare.care.WarmUp;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;

/**
 * Reads after the start what is kept in memory, so that the first question of the worklist need not wait for it, and takes over what is
 * written later while there is much of it.
 */
@Component
@Order(1)
final class WorklistWarmUp implements WarmUp, DisposableBean {

    private static final Logger LOG = LoggerFactory.getLogger(WorklistWarmUp.class);
    private static final long LOOK = 1000;
    /** What is written together is taken over together. */
    private static final long PAUSE = 100;

    private final CurrentStays stays;
    private final PatientsInTransition inTransition;
    private final Thread keeper = new Thread(this::keep, "worklist");

    WorklistWarmUp(CurrentStays stays, PatientsInTransition inTransition) {
        this.stays = stays;
        this.inTransition = inTransition;
        keeper.setDaemon(true);
    }

    @Override
    public void run() {
        try {
            inTransition.load();
            LOG.info("The worklist holds {} current stays", stays.ask(Worklist::size));
        } finally {
            keeper.start();
        }
    }

    @Override
    public void destroy() throws InterruptedException {
        keeper.interrupt();
        keeper.join(10_000);
    }

    private void keep() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                stays.awaitMany(LOOK);
                Thread.sleep(PAUSE);
                catchUp();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void catchUp() throws InterruptedException {
        try {
            stays.catchUp();
        } catch (RuntimeException e) {
            LOG.warn("The worklist is brought up to date when it is asked: {}", e.toString());
            Thread.sleep(LOOK);
        }
    }
}
