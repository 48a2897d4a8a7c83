package io.github.throughcare.fhir.job;

import ca.uhn.fhir.context.FhirContext;
import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.task.FailureHandler;
import com.github.kagkarlsson.scheduler.task.helper.OneTimeTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import io.github.throughcare.fhir.FhirOperation;
import io.github.throughcare.fhir.storage.Store;
import java.time.Clock;
import java.time.Duration;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.ContextClosedEvent;
import tools.jackson.databind.json.JsonMapper;

@Configuration(proxyBeanMethods = false)
class JobConfiguration {

    private static final String TASK = "operation";

    @Bean
    JobTable jobTable(Store store, JsonMapper mapper) {
        return new JobTable(store, mapper);
    }

    @Bean
    JobRunner jobRunner(JobTable table, FhirContext context, Clock clock, ObjectProvider<FhirOperation> operations) {
        return new JobRunner(table, context, clock, operations::stream);
    }

    /** Running jobs end while the scheduler and the database are still there. */
    @Bean
    ApplicationListener<ContextClosedEvent> jobsStop(JobRunner runner) {
        return closed -> runner.stop();
    }

    @Bean
    OneTimeTask<Void> jobTask(JobRunner runner) {
        return Tasks.oneTime(TASK)
                .onFailure(new FailureHandler.OnFailureRetryLater<>(Duration.ofSeconds(1)))
                .onDeadExecutionRevive()
                .execute((instance, execution) -> runner.run(instance.getId()));
    }

    @Bean
    Jobs jobs(
            JobTable table,
            FhirContext context,
            Clock clock,
            OneTimeTask<Void> jobTask,
            ObjectProvider<Scheduler> scheduler) {
        return new Jobs(
                table, context, clock, id -> scheduler.getObject().schedule(jobTask.instance(id), clock.instant()));
    }
}
