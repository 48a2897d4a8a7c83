package io.github.throughcare.fhir.interaction;

import com.dynatrace.hash4j.hashing.HashStream64;
import com.dynatrace.hash4j.hashing.Hashing;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import tools.jackson.databind.node.ObjectNode;

/** The implementation guide that travels in the jar ({@code /ig/input}): every JSON resource in it except the examples. */
public final class Definitions {

    private final Map<String, byte[]> files = new LinkedHashMap<>();

    public Definitions() {
        try {
            for (Resource r :
                    new PathMatchingResourcePatternResolver().getResources("classpath*:/ig/input/**/*.json")) {
                String url = r.getURL().toString();
                if (!url.contains("/ig/input/examples/")) {
                    try (InputStream in = r.getInputStream()) {
                        files.put(url.substring(url.indexOf("/ig/input/")), in.readAllBytes());
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Each resource as JSON, in the order of their paths. */
    public List<ObjectNode> all() {
        List<ObjectNode> all = new ArrayList<>();
        new java.util.TreeMap<>(files).values().forEach(f -> all.add(JsonBodies.parse(f)));
        return all;
    }

    /** A digest of all of it: another one means that something in the guide has changed. */
    public long digest() {
        HashStream64 digest = Hashing.xxh3_64().hashStream();
        new java.util.TreeMap<>(files)
                .forEach((path, content) -> digest.putString(path).putByteArray(content));
        return digest.getAsLong();
    }

    ObjectNode operation(String id) {
        return files.entrySet().stream()
                .filter(e -> e.getKey().endsWith("/OperationDefinition-" + id + ".json"))
                .map(e -> JsonBodies.parse(e.getValue()))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(
                        "There is no ig/input/operations/OperationDefinition-" + id + ".json"));
    }
}
