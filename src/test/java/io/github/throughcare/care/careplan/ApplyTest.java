package io.github.throughcare.care.careplan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ca.uhn.fhir.context.FhirContext;
import io.github.throughcare.care.CareSettings;
import io.github.throughcare.fhir.InMemoryResources;
import io.github.throughcare.fhir.OperationCall;
import io.github.throughcare.fhir.Problem;
import io.github.throughcare.fhir.Visibility;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.CanonicalType;
import org.hl7.fhir.r4.model.CarePlan;
import org.hl7.fhir.r4.model.DateType;
import org.hl7.fhir.r4.model.Duration;
import org.hl7.fhir.r4.model.Goal;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Period;
import org.hl7.fhir.r4.model.Range;
import org.hl7.fhir.r4.model.RequestGroup;
import org.hl7.fhir.r4.model.RequestGroup.ActionRelationshipType;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.ServiceRequest;
import org.hl7.fhir.r4.model.StringType;
import org.hl7.fhir.r4.model.Timing;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What R4 says of {@code $apply} and the plan made of it keeps: dynamic values in FHIRPath and CQL, on the ActivityDefinition and on the
 * action, which has the last word; timing; offsets to other actions; targets of goals.
 *
 * @see <a href="http://hl7.org/fhir/R4/plandefinition.html#12.18.3">PlanDefinition, applying a PlanDefinition</a>
 */
class ApplyTest {

    private static final FhirContext CONTEXT = FhirContext.forR4Cached();
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-22T09:00:00Z"), ZoneOffset.UTC);

    private final InMemoryResources resources = new InMemoryResources(CONTEXT);
    private final ClinicalReasoning reasoning =
            new ClinicalReasoning(CONTEXT, resources, CLOCK, new CareSettings("UTC"));
    private final ProgrammeShelf shelf = new ProgrammeShelf(resources, CLOCK);
    private final GenerateCarePlanOperation generate = new GenerateCarePlanOperation(
            resources,
            new Programmes(resources, shelf, CLOCK, new CareSettings("UTC")),
            new LivingPlans(resources, shelf),
            reasoning,
            CONTEXT,
            CLOCK,
            new CareSettings("UTC"));

    @BeforeEach
    void store() {
        put(
                "{'resourceType':'Patient','id':'ann','name':[{'given':['Ann']}],'gender':'female','birthDate':'1980-01-01'}");
        put(
                "{'resourceType':'QuestionnaireResponse','id':'r','status':'completed','subject':{'reference':'Patient/ann'}}");
        put("""
                {'resourceType':'ActivityDefinition','id':'walk','url':'urn:x/ActivityDefinition/walk','status':'active','kind':'ServiceRequest','intent':'order',
                 'code':{'text':'Walking group'},'doNotPerform':false,'priority':'asap','quantity':{'value':2},'participant':[{'type':'practitioner','role':{'text':'Walking guide'}}],'timingTiming':{'repeat':{'frequency':2,'period':1,'periodUnit':'wk'}},
                 'dynamicValue':[
                  {'path':'patientInstruction','expression':{'language':'text/fhirpath','expression':"'Come along, ' + %patient.name.first().given.first()"}},
                  {'path':'asNeeded','expression':{'language':'text/cql-expression','expression':'AgeInYears() > 40'}}]}""");
        put("""
                {'resourceType':'PlanDefinition','id':'walking','url':'urn:x/PlanDefinition/walking','version':'1','status':'active','title':'Walking',
                 'goal':[{'id':'steps','description':{'text':'6000 steps'},'target':[{'measure':{'text':'Steps'},'detailRange':{'low':{'value':6000}},'due':{'value':30,'code':'d','unit':'d','system':'http://unitsofmeasure.org'}}]}],
                 'action':[
                  {'id':'check','title':'Look at the feet','timingDuration':{'value':7,'code':'d','unit':'d','system':'http://unitsofmeasure.org'}},
                  {'id':'walk','title':'Walk','goalId':['steps'],'definitionCanonical':'urn:x/ActivityDefinition/walk',
                   'relatedAction':[{'actionId':'check','relationship':'after-end','offsetDuration':{'value':3,'code':'d','unit':'d','system':'http://unitsofmeasure.org'}}],
                   'timingDuration':{'value':14,'code':'d','unit':'d','system':'http://unitsofmeasure.org'},
                   'condition':[{'kind':'applicability','expression':{'language':'text/fhirpath','expression':"%patient.gender = 'female'"}}],
                   'dynamicValue':[{'path':'priority','expression':{'language':'text/fhirpath','expression':"'urgent'"}}]},
                  {'id':'not','title':'Not for her','definitionCanonical':'urn:x/ActivityDefinition/walk',
                   'condition':[{'kind':'applicability','expression':{'language':'text/cql-expression','expression':'AgeInYears() > 90'}}]}]}""");
    }

    @Test
    void dynamic_values_are_in_what_the_action_made() {
        assertThat(service(applied().getContained())).satisfies(ApplyTest::isForAnn);
    }

    @Test
    void the_request_group_keeps_timing_and_offset_and_leaves_out_what_does_not_apply() {
        RequestGroup group = applied().getContained().stream()
                .filter(RequestGroup.class::isInstance)
                .map(RequestGroup.class::cast)
                .findFirst()
                .orElseThrow();

        assertThat(group.getAction()).hasSize(2).doesNotContainNull();
        assertThat(group.getAction().get(0).getTiming())
                .isInstanceOfSatisfying(
                        Duration.class, d -> assertThat(d.getValue()).isEqualByComparingTo("7"));
        assertThat(group.getAction().get(1).getRelatedActionFirstRep()).satisfies(related -> {
            assertThat(related.getActionId()).isEqualTo("check");
            assertThat(related.getRelationship()).isEqualTo(ActionRelationshipType.AFTEREND);
            assertThat(related.getOffsetDuration().getValue()).isEqualByComparingTo("3");
        });
    }

    @Test
    void goals_come_with_their_targets() {
        assertThat(applied().getContained())
                .filteredOn(Goal.class::isInstance)
                .singleElement()
                .satisfies(ApplyTest::hasTarget);
    }

    @Test
    void the_bundle_of_r5_holds_the_same() {
        Bundle bundle = (Bundle) new PlanDefinitionApplyR5Operation(resources, reasoning)
                .run(new OperationCall("PlanDefinition", "walking", subject(), Visibility.everything()));
        List<Resource> all = bundle.getEntry().stream()
                .map(Bundle.BundleEntryComponent::getResource)
                .toList();

        assertThat(all.get(0)).isInstanceOf(RequestGroup.class);
        assertThat(service(all)).satisfies(ApplyTest::isForAnn);
        assertThat(all).filteredOn(Goal.class::isInstance).singleElement().satisfies(ApplyTest::hasTarget);
    }

    @Test
    void an_activity_definition_alone_makes_the_same() {
        Resource made = new ActivityDefinitionApplyOperation(resources, reasoning)
                .run(new OperationCall("ActivityDefinition", "walk", subject(), Visibility.everything()));

        assertThat(made).isInstanceOfSatisfying(ServiceRequest.class, service -> {
            assertThat(service.getPatientInstruction()).isEqualTo("Come along, Ann");
            assertThat(service.getOccurrence())
                    .isInstanceOfSatisfying(
                            Timing.class,
                            timing -> assertThat(timing.getRepeat().getFrequency())
                                    .isEqualTo(2));
            assertThat(service.getSubject().getReference()).isEqualTo("Patient/ann");
            assertThat(service.getPriority()).isEqualTo(ServiceRequest.ServiceRequestPriority.ASAP);
            assertThat(service.getQuantityQuantity().getValue()).isEqualByComparingTo("2");
            assertThat(service.getPerformerType().getText()).isEqualTo("Walking guide");
        });
    }

    /** Two weeks' time, beginning three days after the seven that the first action takes: 2 to 16 December. */
    @Test
    void the_living_plan_keeps_dynamic_values_and_dates_by_offsets() {
        Bundle plan =
                (Bundle) generate.run(new OperationCall("Patient", "ann", program("walking"), Visibility.everything()));

        List<Resource> all = plan.getEntry().stream()
                .map(Bundle.BundleEntryComponent::getResource)
                .toList();
        assertThat(service(all)).satisfies(service -> {
            assertThat(service.getPatientInstruction()).isEqualTo("Come along, Ann");
            assertThat(service.getAsNeededBooleanType().booleanValue()).isTrue();
            assertThat(service.getPriority()).isEqualTo(ServiceRequest.ServiceRequestPriority.URGENT);
            Period when = service.getOccurrencePeriod();
            assertThat(when.getStartElement().getValueAsString()).isEqualTo("2026-12-02");
            assertThat(when.getEndElement().getValueAsString()).isEqualTo("2026-12-16");
        });
        assertThat(all)
                .filteredOn(Goal.class::isInstance)
                .singleElement()
                .satisfies(goal -> assertThat(((Goal) goal).getTargetFirstRep().getDue())
                        .isInstanceOfSatisfying(
                                DateType.class,
                                due -> assertThat(due.getValueAsString()).isEqualTo("2026-12-22")));
    }

    @Test
    void a_dynamic_value_that_cannot_be_had_is_told_not_left_out() {
        put("""
                {'resourceType':'ActivityDefinition','id':'odd','url':'urn:x/ActivityDefinition/odd','status':'active','kind':'ServiceRequest','intent':'order','code':{'text':'Odd'},
                 'dynamicValue':[{'path':'patientInstruction','expression':{'language':'text/fhirpath','expression':'%patient.name.nonsense('}}]}""");
        put("""
                {'resourceType':'PlanDefinition','id':'odd','url':'urn:x/PlanDefinition/odd','status':'active','title':'Odd',
                 'action':[{'id':'odd','definitionCanonical':'urn:x/ActivityDefinition/odd'}]}""");

        assertThatThrownBy(() ->
                        generate.run(new OperationCall("Patient", "ann", program("odd"), Visibility.everything())))
                .isInstanceOfSatisfying(Problem.class, problem -> {
                    assertThat(problem.status()).isEqualTo(422);
                    assertThat(problem.issues()).anyMatch(i -> i.text().contains("nonsense"));
                });
        assertThat(resources.all(CarePlan.class)).isEmpty();
    }

    /** Four in the morning in Greenwich is the evening before on the ward. */
    @ParameterizedTest
    @CsvSource({"UTC, true", "America/New_York, false"})
    void a_day_begins_where_the_facility_is(String zone, boolean applies) {
        Clock night = Clock.fixed(Instant.parse("2026-11-22T04:00:00Z"), ZoneOffset.UTC);
        put("{'resourceType':'Patient','id':'ben','birthDate':'2008-11-22'}");
        put("""
                {'resourceType':'PlanDefinition','id':'adult','url':'urn:x/PlanDefinition/adult','status':'active',
                 'action':[{'id':'a','condition':[{'kind':'applicability','expression':{'language':'text/cql-expression','expression':'AgeInYears() >= 18'}}]}]}""");
        ClinicalReasoning there = new ClinicalReasoning(CONTEXT, resources, night, new CareSettings(zone));

        assertThat(there.about(resources.all(Patient.class).get(1), Visibility.everything())
                        .unmetConditions(
                                shelf.named("urn:x/PlanDefinition/adult").orElseThrow())
                        .isEmpty())
                .isEqualTo(applies);
    }

    private CarePlan applied() {
        return (CarePlan) new PlanDefinitionApplyOperation(resources, reasoning)
                .run(new OperationCall("PlanDefinition", "walking", subject(), Visibility.everything()));
    }

    private static void isForAnn(ServiceRequest service) {
        assertThat(service.getPatientInstruction()).isEqualTo("Come along, Ann");
        assertThat(service.getAsNeededBooleanType().booleanValue()).isTrue();
        assertThat(service.getPriority()).isEqualTo(ServiceRequest.ServiceRequestPriority.URGENT);
    }

    private static void hasTarget(Resource goal) {
        assertThat(((Goal) goal).getTargetFirstRep().getDetail())
                .isInstanceOfSatisfying(
                        Range.class,
                        range -> assertThat(range.getLow().getValue()).isEqualByComparingTo("6000"));
    }

    private static ServiceRequest service(List<Resource> all) {
        List<ServiceRequest> services = all.stream()
                .filter(ServiceRequest.class::isInstance)
                .map(ServiceRequest.class::cast)
                .toList();
        assertThat(services).hasSize(1);
        return services.get(0);
    }

    private static Parameters subject() {
        return new Parameters().addParameter("subject", new StringType("Patient/ann"));
    }

    private static Parameters program(String id) {
        return new Parameters().addParameter("program", new CanonicalType("urn:x/PlanDefinition/" + id));
    }

    /** Apostrophes stand for quotes, but within quotes. */
    private void put(String json) {
        StringBuilder text = new StringBuilder();
        boolean quoted = false;
        for (char c : json.toCharArray()) {
            quoted ^= c == '"';
            text.append(c == '\'' && !quoted ? '"' : c);
        }
        resources.put((Resource) CONTEXT.newJsonParser().parseResource(text.toString()));
    }
}
