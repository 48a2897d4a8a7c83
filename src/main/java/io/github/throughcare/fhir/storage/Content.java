package io.github.throughcare.fhir.storage;

import com.dynatrace.hash4j.hashing.Hasher64;
import com.dynatrace.hash4j.hashing.Hashing;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a resource says, without who it is and when it was stored: two are equal when they differ in nothing but meta.versionId,
 * meta.lastUpdated, white space and the order of members, which means nothing in JSON (RFC 8259, section 4): every client library
 * writes members in an order of its own. Digits count: 1.50 is not 1.5.
 */
final class Content {

    private static final Hasher64 HASHER = Hashing.xxh3_64();
    private static final int OBJECT = 1;
    private static final int ARRAY = 2;
    private static final int STRING = 3;
    private static final int NUMBER = 4;
    private static final int WORD = 5;

    private Content() {}

    /** Equal for equal content. */
    static long digest(ObjectNode resource) {
        long sum = 0;
        for (Map.Entry<String, JsonNode> e : resource.properties()) {
            switch (e.getKey()) {
                case "resourceType", "id" -> {}
                case "meta" -> sum += meta(e.getValue());
                default -> sum += member(e.getKey(), e.getValue());
            }
        }
        return HASHER.hashLongIntToLong(sum, OBJECT);
    }

    /** Is the content the same? Asked when the digests are equal, for a digest can be equal by chance. */
    static boolean same(ObjectNode one, ObjectNode other) {
        return equal(bare(one), bare(other));
    }

    private static ObjectNode bare(ObjectNode resource) {
        ObjectNode bare = resource.objectNode();
        bare.setAll(resource);
        bare.remove(List.of("resourceType", "id"));
        if (bare.get("meta") instanceof ObjectNode meta) {
            ObjectNode kept = meta.objectNode();
            kept.setAll(meta);
            kept.remove(List.of("versionId", "lastUpdated"));
            bare.set("meta", kept);
            if (kept.isEmpty()) {
                bare.remove("meta");
            }
        }
        return bare;
    }

    private static boolean equal(@Nullable JsonNode one, @Nullable JsonNode other) {
        if (one == null || other == null || one.size() != other.size()) {
            return one == other;
        }
        if (one.isObject() && other.isObject()) {
            return one.properties().stream().allMatch(e -> equal(e.getValue(), other.get(e.getKey())));
        }
        if (one.isArray() && other.isArray()) {
            return IntStream.range(0, one.size()).allMatch(i -> equal(one.get(i), other.get(i)));
        }
        return one.isNumber() && other.isNumber()
                ? one.decimalValue().compareTo(other.decimalValue()) == 0
                : one.equals(other);
    }

    private static long meta(JsonNode meta) {
        long sum = 0;
        for (Map.Entry<String, JsonNode> e : meta.properties()) {
            if (!e.getKey().equals("versionId") && !e.getKey().equals("lastUpdated")) {
                sum += member(e.getKey(), e.getValue());
            }
        }
        return sum == 0 ? 0 : HASHER.hashLongLongToLong(HASHER.hashCharsToLong("meta"), sum);
    }

    private static long member(String name, JsonNode value) {
        return HASHER.hashLongLongToLong(HASHER.hashCharsToLong(name), of(value));
    }

    private static long of(JsonNode node) {
        if (node.isObject()) {
            long sum = 0; // a sum, so that the order of members does not count
            for (Map.Entry<String, JsonNode> e : node.properties()) {
                sum += member(e.getKey(), e.getValue());
            }
            return HASHER.hashLongIntToLong(sum, OBJECT);
        }
        if (node.isArray()) {
            long all = node.size();
            for (JsonNode item : node) {
                all = HASHER.hashLongLongToLong(all, of(item));
            }
            return HASHER.hashLongIntToLong(all, ARRAY);
        }
        if (node.isString()) {
            return HASHER.hashLongIntToLong(HASHER.hashCharsToLong(node.stringValue()), STRING);
        }
        String text = node.isNumber()
                ? number(node)
                : node.isBoolean() ? Boolean.toString(node.booleanValue()) : node.toString();
        return HASHER.hashLongIntToLong(HASHER.hashCharsToLong(text), node.isNumber() ? NUMBER : WORD);
    }

    /** As it was written. */
    private static String number(JsonNode node) {
        return node.isBigDecimal() ? node.decimalValue().toString() : node.asString();
    }
}
