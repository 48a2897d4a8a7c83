package io.github.throughcare.fhir.search;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What {@link NaiveSearch} needs more than one resource, or a whole one, for: lists and words (R4 search.html 3.1.1.4.5, 3.1.1.5), value
 * sets and code systems (3.1.1.4.4). Shares nothing with the engine.
 */
final class NaiveWhole {

    private final Map<String, Map<String, Object>> byReference;

    NaiveWhole(Map<String, Map<String, Object>> byReference) {
        this.byReference = byReference;
    }

    // ---------------------------------------------------------------- lists, words

    boolean isListed(Map<String, Object> r, String value) {
        return List.of(value.split(",")).stream()
                .flatMap(id -> all(byReference.get("List/" + id).get("entry")).stream())
                .filter(entry -> !Boolean.TRUE.equals(entry.get("deleted")))
                .anyMatch(entry ->
                        map(entry.get("item")).get("reference").equals(r.get("resourceType") + "/" + r.get("id")));
    }

    /** Any of the questions, separated by commas. */
    boolean hasWords(Map<String, Object> r, boolean narrativeOnly, String value) {
        StringBuilder text = new StringBuilder();
        Map<String, Object> content = new LinkedHashMap<>(r);
        content.remove("meta");
        collect(narrativeOnly ? r.get("text") : content, text);
        List<String> words = words(text.toString().replaceAll("<[^>]*>", " "));
        return List.of(value.split(",")).stream()
                .anyMatch(question ->
                        List.of(question.split(" or ")).stream().anyMatch(part -> isAnswered(part.trim(), words)));
    }

    /** All the words, a phrase in quotes, none of those with a minus. */
    private static boolean isAnswered(String question, List<String> words) {
        if (question.startsWith("\"")) {
            List<String> phrase = words(question);
            for (int i = 0; i + phrase.size() <= words.size(); i++) {
                if (words.subList(i, i + phrase.size()).equals(phrase)) {
                    return true;
                }
            }
            return false;
        }
        return List.of(question.split(" ")).stream()
                .allMatch(w -> words.contains(folded(w.replace("-", ""))) != w.startsWith("-"));
    }

    private static void collect(Object node, StringBuilder text) {
        if (node instanceof Map<?, ?> m) {
            m.values().forEach(v -> collect(v, text));
        } else if (node instanceof List<?> l) {
            l.forEach(v -> collect(v, text));
        } else if (node != null) {
            text.append(node).append(' ');
        }
    }

    private static List<String> words(String text) {
        return List.of(folded(text).replaceAll("[^a-z0-9]+", " ").trim().split(" "));
    }

    private static String folded(String text) {
        return Normalizer.normalize(text, Normalizer.Form.NFD)
                .replaceAll("\\p{Mn}", "")
                .toLowerCase(Locale.ROOT);
    }

    // ---------------------------------------------------------------- terminology

    /** Is the code one of the value set with this url? */
    boolean isIn(String system, String code, String url) {
        Map<String, Object> compose = map(named("ValueSet", url).get("compose"));
        return all(compose.get("include")).stream().anyMatch(i -> isPart(system, code, i))
                && all(compose.get("exclude")).stream().noneMatch(i -> isPart(system, code, i));
    }

    private boolean isPart(String system, String code, Map<String, Object> include) {
        if (!include.get("system").equals(system)) {
            return false;
        }
        if (include.containsKey("concept")) {
            return all(include.get("concept")).stream()
                    .anyMatch(c -> c.get("code").equals(code));
        }
        return all(include.get("filter")).stream().allMatch(f -> subsumes(system, (String) f.get("value"), code))
                && isKnown(system, code);
    }

    private boolean isKnown(String system, String code) {
        return find(all(named("CodeSystem", system).get("concept")), code) != null;
    }

    /** Is the one the other, or above it? */
    boolean subsumes(String system, String above, String code) {
        Map<String, Object> top = find(all(named("CodeSystem", system).get("concept")), above);
        return top != null && find(List.of(top), code) != null;
    }

    private static Map<String, Object> find(List<Map<String, Object>> concepts, String code) {
        for (Map<String, Object> c : concepts) {
            Map<String, Object> found = c.get("code").equals(code) ? c : find(all(c.get("concept")), code);
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    private Map<String, Object> named(String type, String url) {
        return byReference.values().stream()
                .filter(r -> r.get("resourceType").equals(type) && url.equals(r.get("url")))
                .findFirst()
                .orElseThrow();
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> map(Object o) {
        return (Map<String, Object>) o;
    }

    private static List<Map<String, Object>> all(Object list) {
        List<Map<String, Object>> found = new ArrayList<>();
        if (list instanceof List<?> l) {
            l.forEach(e -> found.add(map(e)));
        }
        return found;
    }
}
