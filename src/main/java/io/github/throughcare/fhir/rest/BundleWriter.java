package io.github.throughcare.fhir.rest;

import ca.uhn.fhir.context.FhirContext;
import io.github.throughcare.fhir.interaction.Answer;
import io.github.throughcare.fhir.interaction.Outcomes;
import io.github.throughcare.fhir.search.SearchPage;
import io.github.throughcare.fhir.search.VersionPage;
import io.github.throughcare.fhir.storage.InstantText;
import io.github.throughcare.fhir.storage.Stored;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.OperationOutcome;
import org.jspecify.annotations.Nullable;

/** Puts Bundles together from stored bytes, without building HAPI objects. */
final class BundleWriter {

    private static final byte[] RESOURCE = utf8("\",\"resource\":");
    private static final byte[] MATCH = utf8(",\"search\":{\"mode\":\"match\"}}");
    private static final byte[] INCLUDE = utf8(",\"search\":{\"mode\":\"include\"}}");

    private final FhirContext context;

    BundleWriter(FhirContext context) {
        this.context = context;
    }

    /** Nobody needs to be unable to guess it. */
    private static UUID id() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        return new UUID(
                random.nextLong() & 0xffffffffffff0fffL | 0x4000, random.nextLong() >>> 2 | 0x8000000000000000L);
    }

    byte[] write(String base, Answer answer, AnswerWriter.Preference preference) {
        Out out = new Out(answer instanceof Answer.Page page ? size(page.page(), base) : 8192);
        if (answer instanceof Answer.Page page) {
            search(out, base, page);
        } else if (answer instanceof Answer.Versions versions) {
            versions(out, base, versions);
        } else if (answer instanceof Answer.Entries entries) {
            out.text("{\"resourceType\":\"Bundle\",\"id\":\"" + id() + "\",\"type\":\""
                    + (entries.transaction() ? "transaction" : "batch") + "-response\"");
            out.array("entry", entries.entries(), e -> entry(out, base, e, preference));
            out.text("}");
        } else {
            throw new IllegalArgumentException("No Bundle: " + answer);
        }
        return out.toByteArray();
    }

    // ---------------------------------------------------------------- searchset, history

    private void search(Out out, String base, Answer.Page answer) {
        SearchPage page = answer.page();
        head(out, "searchset", page.total(), null);
        String url = base
                + (answer.path().isEmpty() ? "" : "/" + answer.path())
                + (page.self().isEmpty() ? "" : "?" + page.self());
        links(out, url, page.cursor(), page.next());
        if (!page.matches().isEmpty()
                || !page.included().isEmpty()
                || !page.warnings().isEmpty()) {
            out.text(",\"entry\":[");
            out.first = true;
            byte[] open = utf8("{\"fullUrl\":\"" + base + "/");
            page.matches().forEach(s -> entry(out, open, s, MATCH));
            page.included().forEach(s -> entry(out, open, s, INCLUDE));
            if (!page.warnings().isEmpty()) {
                out.comma();
                out.text("{\"resource\":");
                out.bytes(encode(Outcomes.warnings(page.warnings())));
                out.text(",\"search\":{\"mode\":\"outcome\"}}");
            }
            out.text("]");
        }
        out.text("}");
    }

    private void versions(Out out, String base, Answer.Versions answer) {
        VersionPage page = answer.page();
        head(out, answer.history() ? "history" : "searchset", page.total(), page.asOf());
        String url = base + "/" + answer.path() + (answer.query().isEmpty() ? "" : "?" + answer.query());
        links(out, url, null, page.next());
        List<Object> entries = new ArrayList<>(page.entries());
        if (!answer.warnings().isEmpty()) {
            entries.add(Outcomes.warnings(answer.warnings()));
        }
        out.array("entry", entries, e -> {
            if (e instanceof Stored s) {
                version(out, base, s, answer.history());
            } else {
                out.text("{\"resource\":");
                out.bytes(encode((OperationOutcome) e));
                // every entry of a history has a request and a response (bdl-3, bdl-4)
                out.text(
                        answer.history()
                                ? ",\"request\":{\"method\":\"GET\",\"url\":\"" + answer.path()
                                        + "\"},\"response\":{\"status\":\"200 OK\"}}"
                                : ",\"search\":{\"mode\":\"outcome\"}}");
            }
        });
        out.text("}");
    }

    private void version(Out out, String base, Stored s, boolean history) {
        String extra = history
                ? ",\"request\":{\"method\":\"" + method(s) + "\",\"url\":\"" + s.type()
                        + (s.method() == Stored.Method.CREATE ? "" : "/" + s.id()) + "\"}"
                        + ",\"response\":{\"status\":\"" + status(s) + "\",\"etag\":\"W/\\\"" + s.version()
                        + "\\\"\",\"lastModified\":\"" + instant(s) + "\"}"
                : ",\"search\":{\"mode\":\"match\"}";
        out.text("{\"fullUrl\":\"" + base + "/" + s.type() + "/" + s.id() + "\"");
        if (s.json() != null) {
            out.text(",\"resource\":");
            out.bytes(s.requireJson());
        }
        out.text(extra + "}");
    }

    private static String method(Stored s) {
        return switch (s.method()) {
            case CREATE -> "POST";
            case UPDATE -> "PUT";
            case DELETE -> "DELETE";
            case PATCH -> "PATCH";
        };
    }

    private static String status(Stored s) {
        return switch (s.method()) {
            case CREATE -> "201 Created";
            case UPDATE, PATCH -> s.version() == 1 ? "201 Created" : "200 OK";
            case DELETE -> "204 No Content";
        };
    }

    /** @param asOf the time of the answer, microseconds since 1970; null: now */
    private static void head(Out out, String type, @Nullable Long total, @Nullable Long asOf) {
        long time = asOf == null ? System.currentTimeMillis() * 1000 : asOf;
        out.text("{\"resourceType\":\"Bundle\",\"id\":\"" + id() + "\",\"meta\":{\"lastUpdated\":\""
                + InstantText.of(time) + "\"},\"type\":\"" + type + "\"");
        if (total != null) {
            out.text(",\"total\":" + total);
        }
    }

    private static void links(Out out, String url, @Nullable String cursor, @Nullable String next) {
        String join = url.contains("?") ? "&_cursor=" : "?_cursor=";
        out.text(",\"link\":[{\"relation\":\"self\",\"url\":");
        out.string(cursor == null ? url : url + join + cursor);
        out.text("}");
        if (next != null) {
            out.text(",{\"relation\":\"next\",\"url\":");
            out.string(url + join + next);
            out.text("}");
        }
        out.text("]");
    }

    private static void entry(Out out, byte[] open, Stored s, byte[] close) {
        out.comma();
        out.bytes(open);
        out.text(s.type() + "/" + s.id());
        out.bytes(RESOURCE);
        out.bytes(s.requireJson());
        out.bytes(close);
    }

    /** Bytes that a page will take, with room to spare. */
    private static int size(SearchPage page, String base) {
        long bytes = 1024L + page.self().length() * 2L;
        for (List<Stored> some : List.of(page.matches(), page.included())) {
            for (Stored s : some) {
                bytes += s.requireJson().length + base.length() + 200;
            }
        }
        return (int) Math.min(bytes, 16_000_000);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    // ---------------------------------------------------------------- batch-response, transaction-response

    private void entry(Out out, String base, Answer answer, AnswerWriter.Preference preference) {
        out.text("{");
        if (answer instanceof Answer.One one) {
            Stored s = one.stored();
            boolean written = one.status() != 304 && s != null && !s.deleted();
            boolean shown = written
                    && (preference == AnswerWriter.Preference.REPRESENTATION
                            || preference == AnswerWriter.Preference.NONE
                                    && one.status() == 200
                                    && s != null
                                    && one.read());
            if (written && s != null) {
                out.text("\"fullUrl\":\"" + base + "/" + s.type() + "/" + s.id() + "\",");
            }
            if (shown && s != null) {
                out.text("\"resource\":");
                out.bytes(s.requireJson());
                out.text(",");
            }
            out.text("\"response\":{\"status\":\"" + reason(one.status()) + "\"");
            if (s != null) {
                out.text(",\"location\":\"" + s.type() + "/" + s.id() + "/_history/" + s.version()
                        + "\",\"etag\":\"W/\\\"" + s.version() + "\\\"\",\"lastModified\":\"" + instant(s) + "\"");
            }
            if (!one.read()
                    && (preference == AnswerWriter.Preference.OUTCOME
                            || !one.warnings().isEmpty())) {
                out.text(",\"outcome\":");
                out.bytes(encode(Outcomes.written(one)));
            }
            out.text("}");
        } else if (answer instanceof Answer.Made made) {
            byte[] resource = encode(made.resource());
            if (made.status() >= 400) {
                out.text("\"response\":{\"status\":\"" + reason(made.status()) + "\",\"outcome\":");
                out.bytes(resource);
                out.text("}");
            } else {
                out.text("\"resource\":");
                out.bytes(resource);
                out.text(",\"response\":{\"status\":\"" + reason(made.status()) + "\"}");
            }
        } else {
            out.text("\"resource\":");
            out.bytes(write(base, answer, preference));
            out.text(",\"response\":{\"status\":\"200 OK\"}");
        }
        out.text("}");
    }

    private static String reason(int status) {
        org.springframework.http.HttpStatus known = org.springframework.http.HttpStatus.resolve(status);
        return status + (known == null ? "" : " " + known.getReasonPhrase());
    }

    private static String instant(Stored s) {
        return InstantText.of(s.updated());
    }

    private byte[] encode(IBaseResource resource) {
        return context.newJsonParser().encodeResourceToString(resource).getBytes(StandardCharsets.UTF_8);
    }

    /** UTF-8 bytes, growing. */
    private static final class Out extends ByteArrayOutputStream {
        private boolean first = true;

        Out(int size) {
            super(size);
        }

        void text(String text) {
            writeBytes(utf8(text));
        }

        void bytes(byte[] bytes) {
            writeBytes(bytes);
        }

        /** A JSON string. */
        void string(String text) {
            this.text("\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"");
        }

        void comma() {
            if (!first) {
                text(",");
            }
            first = false;
        }

        <T> void array(String name, Iterable<T> items, java.util.function.Consumer<T> each) {
            if (items.iterator().hasNext()) {
                text(",\"" + name + "\":[");
                boolean comma = false;
                for (T item : items) {
                    text(comma ? "," : "");
                    comma = true;
                    each.accept(item);
                }
                text("]");
            }
        }
    }
}
