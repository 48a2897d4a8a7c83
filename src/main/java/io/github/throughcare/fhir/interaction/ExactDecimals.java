package io.github.throughcare.fhir.interaction;

import java.math.BigDecimal;
import tools.jackson.core.JsonParser;
import tools.jackson.core.util.JsonParserDelegate;

/** Reads decimals so that they are written again as they came: 1E2 stays 1E2, and 0.00000010 does not become 1.0E-7. */
final class ExactDecimals extends JsonParserDelegate {

    ExactDecimals(JsonParser parser) {
        super(parser);
    }

    @Override
    public BigDecimal getDecimalValue() {
        BigDecimal value = super.getDecimalValue();
        String text = getString();
        return value.toString().equals(text) ? value : new Written(text);
    }

    /** A number that remembers how it was written. */
    private static final class Written extends BigDecimal {
        private static final long serialVersionUID = 1L;
        private final String text;

        Written(String text) {
            super(text);
            this.text = text;
        }

        @Override
        public String toString() {
            return text;
        }
    }
}
