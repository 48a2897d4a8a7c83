package io.github.throughcare.care.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.throughcare.care.CareSettings;
import io.github.throughcare.care.FacilityTime;
import io.github.throughcare.care.monitoring.Gaps.PersonRecord;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Date;
import java.util.List;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.Appointment;
import org.hl7.fhir.r4.model.Appointment.AppointmentStatus;
import org.hl7.fhir.r4.model.CarePlan;
import org.hl7.fhir.r4.model.CarePlan.CarePlanStatus;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Communication;
import org.hl7.fhir.r4.model.Communication.CommunicationStatus;
import org.hl7.fhir.r4.model.Condition;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.DateType;
import org.hl7.fhir.r4.model.Goal;
import org.hl7.fhir.r4.model.Goal.GoalLifecycleStatus;
import org.hl7.fhir.r4.model.Period;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.ServiceRequest;
import org.hl7.fhir.r4.model.ServiceRequest.ServiceRequestIntent;
import org.hl7.fhir.r4.model.ServiceRequest.ServiceRequestStatus;
import org.hl7.fhir.r4.model.Task;
import org.hl7.fhir.r4.model.Task.TaskStatus;
import org.junit.jupiter.api.Test;

class GapsTest {

    private static final FacilityTime TIME = new FacilityTime(
            Clock.fixed(Instant.parse("2026-11-22T12:00:00Z"), ZoneOffset.UTC), new CareSettings("UTC"));

    @Test
    void two_services_of_one_code_at_the_same_time_are_double() {
        Gap gap = only(find(service("a", "meals"), service("b", "meals"), service("c", "transport")));
        assertThat(gap.code()).isEqualTo("DUPTHPY");
        assertThat(gap.implicated()).containsExactly("ServiceRequest/a", "ServiceRequest/b");
    }

    @Test
    void services_one_after_the_other_are_not() {
        ServiceRequest first = service("a", "meals");
        first.setOccurrence(new Period().setEndElement(new DateTimeType("2026-10-31")));
        ServiceRequest then = service("b", "meals");
        then.setOccurrence(new Period().setStartElement(new DateTimeType("2026-11-01")));
        assertThat(find(first, then)).isEmpty();
    }

    @Test
    void what_a_platform_passes_on_is_not_double() {
        ServiceRequest relayed = service("b", "meals");
        relayed.addBasedOn(new Reference("ServiceRequest/a"));
        assertThat(find(service("a", "meals"), relayed)).isEmpty();
    }

    @Test
    void an_ended_service_is_not_double() {
        assertThat(find(service("a", "meals"), service("b", "meals").setStatus(ServiceRequestStatus.REVOKED)))
                .isEmpty();
    }

    @Test
    void an_open_need_is_answered_by_a_service_a_goal_or_a_plan() {
        assertThat(only(find(need("n"))).code()).isEqualTo("need-without-plan");
        ServiceRequest byReason = service("s", "x");
        byReason.addReasonReference(new Reference("Condition/n"));
        assertThat(find(need("n"), byReason)).isEmpty();
        ServiceRequest byInfo = service("s", "x");
        byInfo.addSupportingInfo(new Reference("Condition/n"));
        assertThat(find(need("n"), byInfo)).isEmpty();
        assertThat(find(need("n"), plan("p", "k").addAddresses(new Reference("Condition/n"))))
                .isEmpty();
        assertThat(find(need("n"), agreed("g").addAddresses(new Reference("Condition/n"))))
                .isEmpty();
        assertThat(find(need("n"), byReason.setStatus(ServiceRequestStatus.REVOKED)))
                .hasSize(1);
    }

    @Test
    void a_need_that_is_over_needs_nothing() {
        Condition over = need("n");
        over.setClinicalStatus(new CodeableConcept(new Coding("x", "resolved", null)));
        assertThat(find(over)).isEmpty();
    }

    @Test
    void a_plan_whose_period_is_over_waits_for_review() {
        CarePlan plan = plan("p", "k");
        plan.getPeriod().setEndElement(new DateTimeType("2026-11-21"));
        assertThat(only(find(plan)).code()).isEqualTo("review-overdue");
        assertThat(Gaps.of(record(plan), 1, TIME)).isEmpty(); // a day of grace
        plan.getPeriod().setEndElement(new DateTimeType("2026-11-22")); // today is not over
        assertThat(find(plan)).isEmpty();
    }

    @Test
    void a_missed_appointment_waits_for_another() {
        Appointment missed = appointment("a", AppointmentStatus.NOSHOW, "2026-11-02T10:00:00Z");
        assertThat(only(find(missed)).code()).isEqualTo("missed-appointment");
        assertThat(find(missed, appointment("b", AppointmentStatus.BOOKED, "2026-11-30T10:00:00Z")))
                .isEmpty();
        assertThat(find(missed, appointment("b", AppointmentStatus.CANCELLED, "2026-11-30T10:00:00Z")))
                .hasSize(1);
        assertThat(find(missed, appointment("b", AppointmentStatus.FULFILLED, "2026-10-30T10:00:00Z")))
                .hasSize(1);
    }

    @Test
    void a_goal_is_agreed_by_the_person() {
        Goal imposed = agreed("g").setExpressedBy(new Reference("Practitioner/p"));
        assertThat(only(find(imposed)).code()).isEqualTo("goal-not-agreed");
        assertThat(find(agreed("g"))).isEmpty();
        assertThat(find(imposed.setLifecycleStatus(GoalLifecycleStatus.ACCEPTED)))
                .isEmpty();
    }

    @Test
    void two_active_plans_of_one_kind_are_in_conflict() {
        Gap gap = only(find(plan("a", "assess-plan"), plan("b", "assess-plan"), plan("c", "other")));
        assertThat(gap.code()).isEqualTo("conflicting-plans");
        assertThat(gap.implicated()).containsExactly("CarePlan/a", "CarePlan/b");
        assertThat(find(plan("a", "k"), plan("b", "k").addPartOf(new Reference("CarePlan/a"))))
                .isEmpty();
    }

    @Test
    void a_referral_that_was_completed_says_what_came_of_it() {
        Task done = new Task();
        done.setId("t");
        done.setStatus(TaskStatus.COMPLETED);
        done.setCode(new CodeableConcept(new Coding("http://hl7.org/fhir/CodeSystem/task-code", "fulfill", null)));
        done.setFocus(new Reference("ServiceRequest/s"));
        assertThat(only(find(done)).implicated()).containsExactly("Task/t", "ServiceRequest/s");
        done.addOutput().setValue(new Reference("Procedure/p"));
        assertThat(find(done)).isEmpty();
    }

    @Test
    void failed_attempts_count_since_the_last_contact() {
        List<Communication> log = List.of(
                contact("a", CommunicationStatus.NOTDONE, "2026-11-01"),
                contact("b", CommunicationStatus.COMPLETED, "2026-11-02"),
                contact("d", CommunicationStatus.NOTDONE, "2026-11-04"),
                contact("c", CommunicationStatus.NOTDONE, "2026-11-03"),
                contact("e", CommunicationStatus.INPROGRESS, "2026-11-05"),
                contact("f", CommunicationStatus.COMPLETED, "2026-11-06")
                        .addRecipient(new Reference("Practitioner/p"))); // a message to a colleague
        assertThat(ContactRule.failedSinceContact(log, TIME))
                .extracting(c -> c.getIdElement().getIdPart())
                .containsExactly("c", "d");
    }

    private static Communication contact(String id, CommunicationStatus status, String sent) {
        Communication c = new Communication();
        c.setId(id);
        return c.setStatus(status).setSentElement(new DateTimeType(sent));
    }

    private static Gap only(List<Gap> gaps) {
        assertThat(gaps).hasSize(1);
        return gaps.get(0);
    }

    private static List<Gap> find(Resource... all) {
        return Gaps.of(record(all), 0, TIME);
    }

    private static PersonRecord record(Resource... all) {
        return new PersonRecord(
                of(Condition.class, all),
                of(Goal.class, all),
                of(CarePlan.class, all),
                of(ServiceRequest.class, all),
                of(Task.class, all),
                of(Appointment.class, all));
    }

    private static <T> List<T> of(Class<T> type, Resource... all) {
        return Stream.of(all).filter(type::isInstance).map(type::cast).toList();
    }

    private static ServiceRequest service(String id, String code) {
        ServiceRequest r = new ServiceRequest();
        r.setId(id);
        r.setCode(new CodeableConcept(new Coding("http://example.org", code, null)));
        return r.setStatus(ServiceRequestStatus.ACTIVE).setIntent(ServiceRequestIntent.ORDER);
    }

    private static Condition need(String id) {
        Condition c = new Condition();
        c.setId(id);
        c.addCategory(new CodeableConcept(
                new Coding("http://terminology.hl7.org/CodeSystem/condition-category", "health-concern", null)));
        return c;
    }

    private static CarePlan plan(String id, String kind) {
        CarePlan p = new CarePlan();
        p.setId(id);
        p.addCategory(new CodeableConcept(new Coding("http://example.org", kind, null)));
        return p.setStatus(CarePlanStatus.ACTIVE);
    }

    private static Goal agreed(String id) {
        Goal g = new Goal();
        g.setId(id);
        g.setStart(new DateType("2026-11-01"));
        return g.setLifecycleStatus(GoalLifecycleStatus.ACTIVE).setExpressedBy(new Reference("Patient/p"));
    }

    private static Appointment appointment(String id, AppointmentStatus status, String start) {
        Appointment a = new Appointment();
        a.setId(id);
        return a.setStatus(status).setStart(Date.from(Instant.parse(start)));
    }
}
