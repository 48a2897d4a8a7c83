package io.github.throughcare.fhir.job;

import io.github.throughcare.fhir.Problem;
import java.util.ArrayList;
import java.util.List;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The findings of a {@link Problem} as JSON, so that it can be thrown again when somebody asks. */
final class Issues {

    private static final JsonMapper MAPPER = JsonMapper.shared();

    private Issues() {}

    static String write(List<Problem.Issue> issues) {
        ArrayNode array = MAPPER.createArrayNode();
        for (Problem.Issue issue : issues) {
            ObjectNode node = array.addObject();
            node.put("code", issue.code().toCode()).put("text", issue.text());
            if (issue.expression() != null) {
                node.put("expression", issue.expression());
            }
        }
        return array.toString();
    }

    static List<Problem.Issue> read(String json) {
        List<Problem.Issue> issues = new ArrayList<>();
        for (JsonNode node : MAPPER.readTree(json)) {
            issues.add(new Problem.Issue(
                    IssueType.fromCode(node.get("code").asString()),
                    node.get("text").asString(),
                    node.has("expression") ? node.get("expression").asString() : null));
        }
        return issues;
    }
}
