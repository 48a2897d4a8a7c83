package io.github.throughcare.fhir.validation;

/** R4's dates and times, read left to right; days beyond the month's end are refused, a leap second is not. */
final class Temporals {

    private static final int[] DAYS = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

    private Temporals() {}

    static boolean date(String s) {
        return dateEnd(s) == s.length();
    }

    static boolean dateTime(String s) {
        return date(s) || instant(s);
    }

    static boolean instant(String s) {
        return s.length() > 10 && s.charAt(10) == 'T' && dateEnd(s) == 10 && zone(s, timeEnd(s, 11));
    }

    static boolean time(String s) {
        return timeEnd(s, 0) == s.length();
    }

    /** 4, 7 or 10: where the date at the beginning ends; -1 when there is none. */
    private static int dateEnd(String s) {
        int year = number(s, 0, 4);
        if (year < 1) {
            return -1;
        }
        if (!isAt(s, 4, '-')) {
            return 4;
        }
        int month = number(s, 5, 2);
        if (month < 1 || month > 12) {
            return -1;
        }
        if (!isAt(s, 7, '-')) {
            return 7;
        }
        int day = number(s, 8, 2);
        boolean leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        int last = month == 2 && !leap ? 28 : DAYS[month - 1];
        return day >= 1 && day <= last ? 10 : -1;
    }

    /** Where {@code hh:mm:ss(.f+)?} ends, or -1. */
    private static int timeEnd(String s, int at) {
        if (!(inRange(number(s, at, 2), 23)
                && isAt(s, at + 2, ':')
                && inRange(number(s, at + 3, 2), 59)
                && isAt(s, at + 5, ':')
                && inRange(number(s, at + 6, 2), 60))) {
            return -1;
        }
        int end = at + 8;
        if (!isAt(s, end, '.')) {
            return end;
        }
        int fraction = end + 1;
        end = fraction;
        while (end < s.length() && isDigit(s.charAt(end))) {
            end++;
        }
        return end > fraction ? end : -1;
    }

    /** {@code Z} or up to 14 hours either side, and nothing after it. */
    private static boolean zone(String s, int at) {
        if (at < 0) {
            return false;
        }
        if (isAt(s, at, 'Z')) {
            return s.length() == at + 1;
        }
        if (!(isAt(s, at, '+') || isAt(s, at, '-')) || !isAt(s, at + 3, ':') || s.length() != at + 6) {
            return false;
        }
        int hours = number(s, at + 1, 2);
        int minutes = number(s, at + 4, 2);
        return inRange(hours, 13) && inRange(minutes, 59) || hours == 14 && minutes == 0;
    }

    private static boolean isAt(String s, int at, char c) {
        return at < s.length() && s.charAt(at) == c;
    }

    private static boolean inRange(int value, int most) {
        return value >= 0 && value <= most;
    }

    /** -1 where fewer digits stand. */
    private static int number(String s, int at, int digits) {
        if (at + digits > s.length()) {
            return -1;
        }
        int value = 0;
        for (int i = at; i < at + digits; i++) {
            char c = s.charAt(i);
            if (!isDigit(c)) {
                return -1;
            }
            value = value * 10 + (c - '0');
        }
        return value;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }
}
