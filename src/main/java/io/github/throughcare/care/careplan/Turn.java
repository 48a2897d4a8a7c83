package io.github.throughcare.care.careplan;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which turn of a repeating action an activity is. The first bears the identifier {@code programme|action}, those after it
 * {@code programme|action|2} and so on.
 *
 * @param action {@code programme|action}
 * @param number from 1
 */
record Turn(String action, int number) {

    private static final Pattern LATER = Pattern.compile("([^|]+\\|[^|]+)\\|(\\d{1,6})");

    static Turn of(String key) {
        Matcher later = LATER.matcher(key);
        return later.matches() ? new Turn(later.group(1), Integer.parseInt(later.group(2))) : new Turn(key, 1);
    }

    Turn next() {
        return new Turn(action, number + 1);
    }

    String key() {
        return number == 1 ? action : action + "|" + number;
    }
}
