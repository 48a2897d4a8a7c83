package io.github.throughcare.care.monitoring;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.task.FailureHandler;
import com.github.kagkarlsson.scheduler.task.helper.OneTimeTask;
import com.github.kagkarlsson.scheduler.task.helper.RecurringTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import com.github.kagkarlsson.scheduler.task.schedule.Schedules;
import io.github.throughcare.care.FacilityTime;
import java.time.Duration;
import java.time.LocalTime;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Hands in the due work of monitoring. */
@Configuration(proxyBeanMethods = false)
class MonitoringConfiguration {

    private static final LocalTime NIGHT = LocalTime.of(2, 30);
    private static final LocalTime CLOCKS = LocalTime.of(1, 30);

    @Bean
    OneTimeTask<Void> taskOverdue(ObjectProvider<Escalation> escalation) {
        return Tasks.oneTime("task-overdue")
                .onFailure(new FailureHandler.OnFailureRetryLater<>(Duration.ofMinutes(1)))
                .onDeadExecutionRevive()
                .execute((instance, execution) -> escalation.getObject().overdue(instance.getId()));
    }

    /** One process does it; a night that was missed is made up for once, not for each night. */
    @Bean
    RecurringTask<Void> nightlyGapsWork(ObjectProvider<NightlyGaps> gaps, FacilityTime time) {
        return Tasks.recurring("nightly-gaps", Schedules.daily(time.zone(), NIGHT))
                .execute((instance, execution) -> gaps.getObject().run());
    }

    @Bean
    RecurringTask<Void> nightlyClocksWork(ObjectProvider<ClockKeeper> clocks, FacilityTime time) {
        return Tasks.recurring("nightly-clocks", Schedules.daily(time.zone(), CLOCKS))
                .execute((instance, execution) -> clocks.getObject().keepAll());
    }

    @Bean
    DueWatch dueWatch(ObjectProvider<Scheduler> scheduler, OneTimeTask<Void> taskOverdue, FacilityTime time) {
        return new DueWatch(scheduler::getObject, taskOverdue, time);
    }
}
