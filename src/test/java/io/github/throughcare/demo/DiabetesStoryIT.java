package io.github.throughcare.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.throughcare.ServerIT;
import io.restassured.path.json.JsonPath;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Rosa has diabetes. She needs nutrition counselling, therapy and transport, and gets them under one plan. */
class DiabetesStoryIT extends ServerIT {

    private final Story story = new Story(ServerIT::fhir);

    @Test
    void rosa_gets_nutrition_counselling_therapy_and_transport_under_one_plan() {
        story.comesIn("10-diabetes");

        story.assess("demo-rosa", "ahc-hrsn", Map.of("/71802-3", "LA31993-1", "/93030-5", "LA33-6"));
        JsonPath mood = story.assess(
                "demo-rosa",
                "phq-9",
                Map.of(
                        "/44250-9", "LA6571-9",
                        "/44255-8", "LA6571-9",
                        "/44259-0", "LA6571-9",
                        "/44254-1", "LA6569-3",
                        "/44251-7", "LA6569-3",
                        "/44258-2", "LA6569-3",
                        "/44252-5", "LA6568-5",
                        "/44253-3", "LA6568-5",
                        "/44260-8", "LA6568-5"));
        assertThat(mood.getString("entry[0].resource.resourceType")).isEqualTo("QuestionnaireResponse");

        JsonPath plan = story.plan("demo-rosa");

        assertThat(plan.getString("entry[0].resource.resourceType")).isEqualTo("CarePlan");
        assertThat(plan.getList("entry.findAll { it.resource.resourceType == 'CarePlan' }"))
                .hasSize(1);
        List<String> services = plan.getList(
                "entry.findAll { it.resource.resourceType == 'ServiceRequest' }.resource.code.coding.flatten().code");
        assertThat(services).contains("nutrition-counselling", "therapy", "transport");
        List<String> owners =
                plan.getList("entry.findAll { it.resource.resourceType == 'Task' }.resource.owner.reference");
        assertThat(owners).contains("PractitionerRole/demo-lind-case-manager");

        assertThat(story.risk("demo-rosa").getString("resourceType")).isEqualTo("Parameters");
    }
}
