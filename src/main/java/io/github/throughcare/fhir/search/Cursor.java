package io.github.throughcare.fhir.search;

import io.github.throughcare.fhir.Problem;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Where the next page starts: the sort keys and the row of the last match, and the total counted on the first page. Signed together
 * with the query it belongs to, so that it can neither be made up nor carried to another search.
 *
 * @param pk row of the last match
 * @param keys its sort keys, as text
 * @param total what the first page counted, or null
 */
record Cursor(long pk, List<String> keys, @Nullable Long total) {

    /** What an ascending date sort gives for a row without the date: after all others. */
    static final long MISSING_LAST = Long.MAX_VALUE;

    private static final String KEY_SEPARATOR = "\u001f";
    private static final int SIGNATURE_BYTES = 12;

    /** Before the first of the rows that have no sort value. */
    static Cursor atMissing(@Nullable Long total) {
        return new Cursor(-1, List.of(Long.toString(MISSING_LAST)), total);
    }

    /** Is the first sort value missing? */
    boolean isAtMissing() {
        return keys.get(0).equals(Long.toString(MISSING_LAST));
    }

    /** Signs and checks with the secret of the database. */
    static final class Signer {

        /** Ready to sign; cloned for each signature, because looking the algorithm up costs more than signing. */
        private final Mac ready;

        Signer(long secret) {
            try {
                ready = Mac.getInstance("HmacSHA256");
                ready.init(new SecretKeySpec(("page " + secret).getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }

        String write(Cursor cursor, String query) {
            String plain = cursor.pk
                    + KEY_SEPARATOR
                    + Optional.ofNullable(cursor.total).map(String::valueOf).orElse("")
                    + cursor.keys.stream().map(k -> KEY_SEPARATOR + k).reduce("", String::concat);
            byte[] content = plain.getBytes(StandardCharsets.UTF_8);
            byte[] signed = Arrays.copyOf(sign(content, query), SIGNATURE_BYTES + content.length);
            System.arraycopy(content, 0, signed, SIGNATURE_BYTES, content.length);
            return Base64.getUrlEncoder().withoutPadding().encodeToString(signed);
        }

        /** @throws Problem 400 when it was not made here for this query */
        Cursor read(String token, String query) {
            try {
                byte[] signed = Base64.getUrlDecoder().decode(token);
                byte[] content = Arrays.copyOfRange(signed, SIGNATURE_BYTES, signed.length);
                if (!MessageDigest.isEqual(sign(content, query), Arrays.copyOf(signed, SIGNATURE_BYTES))) {
                    throw new IllegalArgumentException();
                }
                String[] parts = new String(content, StandardCharsets.UTF_8).split(KEY_SEPARATOR, -1);
                return new Cursor(
                        Long.parseLong(parts[0]),
                        List.of(parts).subList(2, parts.length),
                        parts[1].isEmpty() ? null : Long.valueOf(parts[1]));
            } catch (IllegalArgumentException e) {
                throw Problem.malformed(
                        "This page link was not made by this server for this search; start again from the first page",
                        null);
            }
        }

        private byte[] sign(byte[] content, String query) {
            try {
                Mac mac = (Mac) ready.clone();
                mac.update(query.getBytes(StandardCharsets.UTF_8));
                mac.update((byte) 0);
                return Arrays.copyOf(mac.doFinal(content), SIGNATURE_BYTES);
            } catch (CloneNotSupportedException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
