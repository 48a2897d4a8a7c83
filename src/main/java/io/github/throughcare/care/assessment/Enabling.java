package io.github.throughcare.care.assessment;

import java.util.HashMap;
import java.util.Map;

/**
 * Which items are asked, given the answers: by enableWhen, by SDC's enableWhenExpression, and only where the item around them is
 * asked. It remembers what it found: take a new one when answers have changed.
 *
 * @see <a href="http://hl7.org/fhir/uv/sdc/behavior.html#enableWhen">SDC, enableWhen and enableWhenExpression</a>
 */
final class Enabling {

    private final AnswerSheet sheet;
    private final Rules rules;
    private final Map<String, Boolean> known = new HashMap<>();

    Enabling(AnswerSheet sheet, Rules rules) {
        this.sheet = sheet;
        this.rules = rules;
    }

    boolean enabled(Form.Item item) {
        Boolean before = known.get(item.linkId());
        if (before != null) {
            return before;
        }
        boolean enabled = EnableWhen.holds(item.definition(), sheet)
                && (item.enabledWhen() == null || rules.holds(item.enabledWhen()))
                && (item.parent() == null || enabled(sheet.form().items().get(item.parent())));
        known.put(item.linkId(), enabled);
        return enabled;
    }
}
