package io.github.throughcare.care.monitoring;

import com.github.kagkarlsson.scheduler.SchedulerClient;
import com.github.kagkarlsson.scheduler.task.TaskInstanceId;
import com.github.kagkarlsson.scheduler.task.helper.OneTimeTask;
import io.github.throughcare.care.FacilityTime;
import io.github.throughcare.care.JsonBytes;
import io.github.throughcare.care.referral.Referrals;
import io.github.throughcare.fhir.ChangeListener;
import io.github.throughcare.fhir.ResourceChanged;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Keeps, for each open Task with a due date, the moment at which it becomes overdue as durable due work: it is looked at then, by
 * one of the server processes. After a time without any server what has become overdue is worked off in order and a few at a
 * time, each Task once.
 */
final class DueWatch implements ChangeListener {

    private static final byte[] RESTRICTION = "\"restriction\"".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] RESPONSE_DUE = Referrals.RESPONSE_DUE.getBytes(StandardCharsets.US_ASCII);

    private final Supplier<? extends SchedulerClient> scheduler;
    private final OneTimeTask<Void> work;
    private final FacilityTime time;

    DueWatch(Supplier<? extends SchedulerClient> scheduler, OneTimeTask<Void> work, FacilityTime time) {
        this.scheduler = scheduler;
        this.work = work;
        this.time = time;
    }

    @Override
    public Set<String> types() {
        return Set.of("Task");
    }

    /**
     * Not a Task that names nothing to be due by. One that loses its due date is not told of either: it is looked at when it would have been
     * due, and nothing follows then.
     */
    @Override
    public boolean wants(String type, byte[] json) {
        return JsonBytes.contain(json, RESTRICTION) || JsonBytes.contain(json, RESPONSE_DUE);
    }

    @Override
    public void changed(ResourceChanged change) {
        Optional<Instant> before = change.before() == null ? Optional.empty() : Deadline.written(change.before(), time);
        Optional<Instant> after = change.after() == null ? Optional.empty() : Deadline.written(change.after(), time);
        if (after.isPresent()) {
            if (!scheduler.get().scheduleIfNotExists(work.instance(change.id()), after.get())
                    && !after.equals(before)) {
                scheduler.get().reschedule(TaskInstanceId.of(work.getName(), change.id()), after.get());
            }
        } else if (before.isPresent()) {
            TaskInstanceId id = TaskInstanceId.of(work.getName(), change.id());
            if (scheduler.get().getScheduledExecution(id).isPresent()) {
                scheduler.get().cancel(id);
            }
        }
    }
}
