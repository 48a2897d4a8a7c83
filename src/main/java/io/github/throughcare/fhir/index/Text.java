package io.github.throughcare.fhir.index;

import java.text.Normalizer;
import java.util.Locale;

/** How strings compare: case, accents and other combining marks do not count (R4 search.html 3.1.1.4.8); white space is one space. */
public final class Text {

    private Text() {}

    /** Upper-cased before lower-cased, so that letters with two lower-case forms (ß, final sigma, dotless i) fold alike. */
    public static String fold(String value) {
        boolean plain = true;
        for (int i = 0; i < value.length() && plain; i++) {
            char c = value.charAt(i);
            plain = c < 128 && (c > ' ' || c == ' ' && i > 0 && value.charAt(i - 1) != ' ');
        }
        if (plain && !value.endsWith(" ")) {
            return value.toLowerCase(Locale.ROOT);
        }
        String apart = Normalizer.normalize(value, Normalizer.Form.NFKD);
        StringBuilder bare = new StringBuilder(apart.length());
        boolean space = true;
        for (int i = 0; i < apart.length(); i++) {
            char c = apart.charAt(i);
            if (Character.isWhitespace(c) || c == 0) {
                if (!space) {
                    bare.append(' ');
                }
                space = true;
            } else if (Character.getType(c) != Character.NON_SPACING_MARK) {
                bare.append(c);
                space = false;
            }
        }
        String folded = bare.toString().strip().toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT);
        return folded.indexOf('\u0307') >= 0 ? folded.replace("\u0307", "") : folded;
    }
}
