package io.github.throughcare.care.transition;

import io.github.throughcare.care.WarmUp;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;

/** Reads after the start what is kept in memory, so that the first question of the worklist need not wait for it. */
@Component
@Order(1)
final class WorklistWarmUp implements WarmUp {

    private static final Logger LOG = LoggerFactory.getLogger(WorklistWarmUp.class);

    private final CurrentStays stays;
    private final Reconciliations reconciliations;

    WorklistWarmUp(CurrentStays stays, Reconciliations reconciliations) {
        this.stays = stays;
        this.reconciliations = reconciliations;
    }

    @Override
    public void run() {
        reconciliations.load();
        LOG.info("The worklist holds {} current stays", stays.ask(Worklist::size));
    }
}
