package io.github.throughcare.fhir.index;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What {@code _text} and {@code _content} look in (R4 search.html 3.1.1.4.5): the words of the narrative, and those of the whole
 * resource. Pure.
 */
public final class Words {

    /** PostgreSQL takes a megabyte of distinct words; no resource of clinical data has so many. */
    static final int MOST = 400_000;

    private Words() {}

    /** The narrative's text, folded. */
    public static String narrative(ObjectNode resource) {
        JsonNode text = resource.get("text");
        JsonNode div = text == null ? null : text.get("div");
        return div == null ? "" : cut(Text.fold(bare(div.asString())));
    }

    /** Every text, code and number in it, folded; without meta and without what is encoded in base64. */
    public static String content(ObjectNode resource) {
        StringBuilder all = new StringBuilder();
        resource.properties().forEach(e -> {
            if (!e.getKey().equals("meta")) {
                collect(e.getKey(), e.getValue(), all);
            }
        });
        return cut(Text.fold(all.toString()));
    }

    private static void collect(String name, JsonNode node, StringBuilder all) {
        if (all.length() > MOST || name.equals("data")) {
            return;
        }
        if (node.isObject()) {
            node.properties().forEach(e -> collect(e.getKey(), e.getValue(), all));
        } else if (node.isArray()) {
            node.forEach(e -> collect(name, e, all));
        } else if (!node.isNull()) {
            all.append(name.equals("div") ? bare(node.asString()) : node.asString())
                    .append('\n');
        }
    }

    private static String cut(String text) {
        return text.length() > MOST ? text.substring(0, MOST) : text;
    }

    /** Without tags; the entities of XHTML narratives that stand for characters of words are rare, so spaces do. */
    private static String bare(String xhtml) {
        return xhtml.replaceAll("<[^>]*>", " ")
                .replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&quot;", "\"")
                .replace("&#39;", "'")
                .replace("&nbsp;", " ")
                .replace("&amp;", "&");
    }
}
