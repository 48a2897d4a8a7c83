package io.github.throughcare.fhir.storage;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A resource's bytes before they have a version: compact JSON with resourceType, id and meta first. The version and time are
 * put in by {@link #stamp} without writing it again.
 */
final class Body {

    private record Shown(long micros, String text) {}

    private static volatile Shown last = new Shown(Long.MIN_VALUE, "");

    private final byte[] bytes;
    private final int metaAt;
    private final boolean metaEmpty;

    private Body(byte[] bytes, int metaAt, boolean metaEmpty) {
        this.bytes = bytes;
        this.metaAt = metaAt;
        this.metaEmpty = metaEmpty;
    }

    static Body of(JsonMapper mapper, String type, String id, ObjectNode resource) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(4096);
        boolean[] empty = {true};
        int at;
        try (JsonGenerator json = mapper.createGenerator(out)) {
            json.writeStartObject();
            json.writeStringProperty("resourceType", type);
            json.writeStringProperty("id", id);
            json.writeName("meta");
            json.writeStartObject();
            json.flush();
            at = out.size();
            JsonNode meta = resource.get("meta");
            if (meta != null) {
                for (Map.Entry<String, JsonNode> e : meta.properties()) {
                    if (!e.getKey().equals("versionId") && !e.getKey().equals("lastUpdated")) {
                        empty[0] = false;
                        json.writeName(e.getKey());
                        write(json, e.getValue());
                    }
                }
            }
            json.writeEndObject();
            for (Map.Entry<String, JsonNode> e : resource.properties()) {
                String name = e.getKey();
                if (!name.equals("resourceType") && !name.equals("id") && !name.equals("meta")) {
                    json.writeName(name);
                    write(json, e.getValue());
                }
            }
            json.writeEndObject();
        }
        return new Body(out.toByteArray(), at, empty[0]);
    }

    /** As the mapper would write it, without beginning anew for each element. */
    private static void write(JsonGenerator json, JsonNode node) {
        if (node.isObject()) {
            json.writeStartObject();
            for (Map.Entry<String, JsonNode> e : node.properties()) {
                json.writeName(e.getKey());
                write(json, e.getValue());
            }
            json.writeEndObject();
        } else if (node.isArray()) {
            json.writeStartArray();
            for (JsonNode item : node) {
                write(json, item);
            }
            json.writeEndArray();
        } else if (node.isString()) {
            json.writeString(node.stringValue());
        } else if (node.isInt()) {
            json.writeNumber(node.intValue());
        } else if (node.isBoolean()) {
            json.writeBoolean(node.booleanValue());
        } else {
            json.writeTree(node);
        }
    }

    /** The bytes to store and to send. */
    byte[] stamp(int version, long updated) {
        String stamp = "\"versionId\":\"" + version + "\",\"lastUpdated\":\"" + instant(updated) + "\""
                + (metaEmpty ? "" : ",");
        byte[] inside = stamp.getBytes(StandardCharsets.US_ASCII);
        byte[] all = new byte[bytes.length + inside.length];
        System.arraycopy(bytes, 0, all, 0, metaAt);
        System.arraycopy(inside, 0, all, metaAt, inside.length);
        System.arraycopy(bytes, metaAt, all, metaAt + inside.length, bytes.length - metaAt);
        return all;
    }

    /** The resources of one transaction have one time, mostly. */
    private static String instant(long micros) {
        Shown shown = last;
        if (shown.micros != micros) {
            shown = new Shown(micros, InstantText.of(micros));
            last = shown;
        }
        return shown.text;
    }
}
