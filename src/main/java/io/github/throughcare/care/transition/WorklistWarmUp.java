package io.github.throughcare.care.transition;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.stereotype.Component;

/** Reads after the start what is kept in memory, so that the first question of the worklist need not wait for it. */
@Component
final class WorklistWarmUp implements ApplicationListener<ApplicationReadyEvent> {

    private static final Logger LOG = LoggerFactory.getLogger(WorklistWarmUp.class);

    private final CurrentStays stays;
    private final Reconciliations reconciliations;

    WorklistWarmUp(CurrentStays stays, Reconciliations reconciliations) {
        this.stays = stays;
        this.reconciliations = reconciliations;
    }

    @Override
    public void onApplicationEvent(ApplicationReadyEvent event) {
        Thread thread = new Thread(this::read, "worklist");
        thread.setDaemon(true);
        thread.start();
    }

    private void read() {
        try {
            reconciliations.load();
            LOG.info("The worklist holds {} current stays", stays.ask(Worklist::size));
        } catch (RuntimeException e) {
            LOG.warn("The worklist is read when it is asked: {}", e.toString());
        }
    }
}
