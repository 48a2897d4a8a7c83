package io.github.throughcare.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.throughcare.ServerIT;
import io.restassured.path.json.JsonPath;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Maya and her children may lose their home. The housing authority and mental health care come first, at once and without
 * conditions; family counselling and job training follow.
 */
class HousingStoryIT extends ServerIT {

    private final Story story = new Story(ServerIT::fhir);

    @Test
    void maya_and_her_children_get_housing_first() {
        story.comesIn("30-housing");
        story.assess("demo-maya", "ahc-hrsn", Map.of("/71802-3", "LA31994-9", "/93030-5", "LA32-8"));
        story.assess(
                "demo-maya",
                "phq-9",
                Map.of(
                        "/44250-9", "LA6571-9",
                        "/44255-8", "LA6571-9",
                        "/44259-0", "LA6571-9",
                        "/44254-1", "LA6571-9",
                        "/44251-7", "LA6568-5",
                        "/44258-2", "LA6568-5",
                        "/44252-5", "LA6568-5",
                        "/44253-3", "LA6568-5",
                        "/44260-8", "LA6568-5"));

        JsonPath plan = story.plan("demo-maya");

        List<String> services = plan.getList(
                "entry.findAll { it.resource.resourceType == 'ServiceRequest' }.resource.code.coding.flatten().code");
        assertThat(services).contains("housing-placement", "therapy", "family-counselling", "job-training");
        assertThat(start(plan, "housing-placement")).isLessThan(start(plan, "job-training"));
        assertThat(plan.getList("entry.findAll { it.resource.resourceType == 'Goal' }.resource.description.text"))
                .contains("Every night in stable housing");

        assertThat(story.risk("demo-maya").getString("resourceType")).isEqualTo("Parameters");
    }

    private static String start(JsonPath plan, String service) {
        return plan.getString(
                "entry.find { it.resource.resourceType == 'ServiceRequest' && it.resource.code.coding[0].code == '"
                        + service + "' }.resource.occurrencePeriod.start");
    }
}
