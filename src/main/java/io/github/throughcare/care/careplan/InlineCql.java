package io.github.throughcare.care.careplan;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.hl7.fhir.r4.model.Enumerations.PublicationStatus;
import org.hl7.fhir.r4.model.Library;
import org.opencds.cqf.fhir.utility.CqfExpression;

/**
 * CQL written into a condition or a dynamic value. The clinical-reasoning library compiles such an expression on every call; here
 * it becomes a definition in a library of its own that is compiled once. Thread-safe.
 */
final class InlineCql {

    private static final Set<String> LANGUAGES = Set.of("text/cql", "text/cql.expression", "text/cql-expression");
    private static final String DEFINITION = "return";
    private static final String VERSION = "1.0.0";
    private static final String BASE = "urn:throughcare:inline/Library/";
    private static final String NAME = "Inline";
    private static final int MOST = 1000;

    private final Map<String, Library> byName = new ConcurrentHashMap<>();

    static boolean isInline(CqfExpression expression) {
        // a variable is a parameter of that one call, not of a library
        return LANGUAGES.contains(String.valueOf(expression.getLanguage()))
                && !String.valueOf(expression.getExpression()).contains("%");
    }

    /** The same expression as a named definition. */
    CqfExpression named(CqfExpression expression) {
        List<String> libraries = new ArrayList<>();
        if (expression.getLibraryUrl() != null) {
            libraries.add(expression.getLibraryUrl());
        }
        if (expression.getReferencedLibraries() != null) {
            expression.getReferencedLibraries().values().stream()
                    .filter(url -> !libraries.contains(url))
                    .forEach(libraries::add);
        }
        String body = includes(libraries) + "context Patient\n\ndefine \"" + DEFINITION + "\":\n  "
                + expression.getExpression() + "\n";
        String name = NAME
                + UUID.nameUUIDFromBytes(body.getBytes(StandardCharsets.UTF_8))
                        .toString()
                        .replace("-", "");
        if (byName.size() >= MOST) {
            byName.clear();
        }
        byName.computeIfAbsent(name, n -> library(n, body));
        return new CqfExpression()
                .setLanguage("text/cql-identifier")
                .setExpression(DEFINITION)
                .setLibraryUrl(BASE + name + "|" + VERSION);
    }

    private static String includes(List<String> libraries) {
        StringBuilder text = new StringBuilder("using FHIR version '4.0.1'\n\ninclude FHIRHelpers version '4.0.1'\n");
        for (String canonical : libraries) {
            String[] parts = canonical.split("\\|", 2);
            String name = parts[0].substring(parts[0].lastIndexOf('/') + 1);
            text.append("include \"").append(name).append('"');
            if (parts.length > 1) {
                text.append(" version '").append(parts[1]).append('\'');
            }
            text.append(" called \"").append(name).append("\"\n");
        }
        return text.append('\n').toString();
    }

    private static Library library(String name, String body) {
        Library library = new Library()
                .setUrl(BASE + name)
                .setVersion(VERSION)
                .setName(name)
                .setStatus(PublicationStatus.ACTIVE);
        library.addContent()
                .setContentType("text/cql")
                .setData(("library \"" + name + "\" version '" + VERSION + "'\n\n" + body)
                        .getBytes(StandardCharsets.UTF_8));
        library.setId("Library/" + name);
        return library;
    }

    /** The library of an expression, by its name. */
    List<Library> libraries(String name) {
        Library library = byName.get(name);
        return library == null ? List.of() : List.of(library.copy());
    }
}
