package io.github.throughcare.fhir.storage;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.task.Task;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.springframework.context.SmartLifecycle;

/**
 * Durable due work: every {@link Task} bean is run by one of the server processes on this database, and by another one within some
 * seconds when that one dies. Rooms hand in their tasks as beans and schedule by the {@link Scheduler} bean.
 */
final class DueWork implements SmartLifecycle {

    private static final int THREADS = 6;

    /** Work of another process is seen this late; a process that schedules runs it at once. */
    private static final Duration LOOK_EVERY = Duration.ofSeconds(5);

    private static final Duration HEARTBEAT = Duration.ofSeconds(3);
    private static final int MISSED_HEARTBEATS = 4;

    private final Supplier<Scheduler> scheduler;
    private boolean running;

    DueWork(Supplier<Scheduler> scheduler) {
        this.scheduler = scheduler;
    }

    static Scheduler scheduler(DataSource dataSource, List<Task<?>> tasks, Clock clock) {
        return Scheduler.create(dataSource, tasks)
                .threads(THREADS)
                .pollingInterval(LOOK_EVERY)
                .heartbeatInterval(HEARTBEAT)
                .missedHeartbeatsLimit(MISSED_HEARTBEATS)
                .enableImmediateExecution()
                .shutdownMaxWait(Duration.ofSeconds(5))
                .clock(clock::instant)
                .build();
    }

    @Override
    public void start() {
        scheduler.get().start();
        running = true;
    }

    @Override
    public void stop() {
        if (running) {
            scheduler.get().stop();
            running = false;
        }
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}
