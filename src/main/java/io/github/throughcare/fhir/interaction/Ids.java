package io.github.throughcare.fhir.interaction;

import io.github.throughcare.fhir.Problem;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.UUID;

/** Logical ids. Those this server gives are UUIDs of version 7 (RFC 9562): ordered by time, so that their index entries stand together. */
final class Ids {

    private static final int LONGEST = 64;

    private final SecureRandom random = new SecureRandom();
    private final Clock clock;

    Ids(Clock clock) {
        this.clock = clock;
    }

    String next() {
        byte[] some = new byte[10];
        random.nextBytes(some);
        ByteBuffer numbers = ByteBuffer.wrap(some);
        long most = clock.millis() << 16 | 0x7000 | numbers.getShort() & 0xfff;
        long least = numbers.getLong() & 0x3fffffffffffffffL | 0x8000000000000000L;
        return new UUID(most, least).toString();
    }

    static boolean isId(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '.')) {
                return false;
            }
        }
        return !text.isEmpty() && text.length() <= LONGEST;
    }

    /** @throws Problem 400 for what can be no id */
    static void check(String id) {
        if (!isId(id)) {
            throw Problem.malformed(
                    "An id has 1 to 64 of the characters A-Z a-z 0-9 - . ; this is none: "
                            + (id.length() > 80 ? id.substring(0, 80) + "..." : id),
                    null);
        }
    }
}
