package io.github.throughcare.fhir.index;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What {@code :text} looks for: displays and texts of codes, displays of references (docs/storage.md, {@code term}). */
public final class CodeTexts {

    private final Keys keys;

    CodeTexts(Keys keys) {
        this.keys = keys;
    }

    /** The seed of the texts of the parameter with this seed. */
    public static long seed(long seed) {
        return Long.rotateLeft(seed, 32) ^ 0x74657874L;
    }

    /** The token of the first of the codings that has a code; 0 when none has. */
    long lead(long seed, JsonNode codings) {
        for (JsonNode coding : codings) {
            String code = Indexer.textOf(coding, "code");
            if (!code.isEmpty()) {
                return keys.systemCode(Indexer.textOf(coding, "system"), code) ^ seed;
            }
        }
        return 0;
    }

    /**
     * Adds one text.
     *
     * @param seed of the parameter
     * @param lead a token of the same element; 0 when it has none
     */
    void text(long seed, @Nullable JsonNode text, long lead, IndexValues out) {
        if (text == null || !text.isString()) {
            return;
        }
        String folded = Text.fold(text.asString());
        if (!folded.isEmpty()) {
            String v = IndexValues.beginning(folded);
            long key = keys.said(v) ^ seed(seed);
            if (lead == 0) {
                out.token(Keys.bare(key));
            }
            out.text(seed(seed), v, key, lead == 0 ? Keys.bare(key) : lead);
        }
    }
}
