package io.github.throughcare.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.throughcare.ServerIT;
import io.restassured.path.json.JsonPath;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** John has just been told that he has heart failure. His doctor refers him to a case manager while he is in hospital. */
class ReferralStoryIT extends ServerIT {

    private final Story story = new Story(ServerIT::fhir);

    @Test
    void john_is_referred_to_a_case_manager_who_plans_with_him_before_he_goes_home() {
        story.comesIn("20-referral");
        JsonPath referral = fhir().get("/Task/demo-john-referral")
                .then()
                .statusCode(200)
                .extract()
                .jsonPath();
        assertThat(referral.getString("focus.reference")).isEqualTo("ServiceRequest/demo-john-referral");
        assertThat(referral.getString("owner.reference")).isEqualTo("Organization/demo-case-management");

        story.assess("demo-john", "phq-9", Map.of("/44250-9", "LA6569-3", "/44255-8", "LA6568-5"));
        JsonPath plan = story.plan("demo-john");

        List<String> services = plan.getList(
                "entry.findAll { it.resource.resourceType == 'ServiceRequest' }.resource.code.coding.flatten().code");
        assertThat(services)
                .contains("cardiology-follow-up", "home-telemonitoring", "cardiac-rehabilitation")
                .doesNotContain("therapy");
        assertThat(plan.getList("entry[0].resource.addresses.reference")).contains("Condition/demo-john-heart-failure");

        JsonPath risk = story.risk("demo-john");
        assertThat(risk.getList("parameter.findAll { it.name == 'score' }")).isNotEmpty();
    }
}
