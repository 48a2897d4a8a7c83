package io.github.throughcare.care.careplan;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.cqframework.cql.cql2elm.CqlCompilerOptions.Options;
import org.cqframework.cql.cql2elm.model.CompiledLibrary;
import org.cqframework.cql.elm.serializing.ElmJsonLibraryReader;
import org.hl7.elm.r1.IncludeDef;
import org.hl7.elm.r1.VersionedIdentifier;
import org.hl7.fhir.r4.model.Attachment;
import org.hl7.fhir.r4.model.Library;
import org.jspecify.annotations.Nullable;
import org.opencds.cqf.fhir.cql.EvaluationSettings;

/**
 * The CQL of the guide as it was compiled when the server was built (ELM, by {@link ElmCompiler}). It is used for a library only while
 * the CQL of this library and of all that it includes is stored as it was compiled; a library that somebody changed over REST is
 * compiled like any other. Where Maven did not build (an IDE) there is none, and all is compiled. Thread-safe.
 *
 * <p>The compiler's own way of reading ELM (cql-to-elm 4.4.0, {@code LibraryManager}) refuses every library, for it looks for types
 * that ELM does not carry; the engine does not need them, but a library that is compiled against this one would. So these libraries
 * are in a cache of their own.
 */
final class ShippedElm {

    static final String INDEX = "index.txt";
    private static final String FOLDER = "/elm/";

    /**
     * A library.
     *
     * @param source digest of its CQL; empty for one that is not stored but comes with the engine
     * @param includes names of the libraries it includes
     */
    record Entry(VersionedIdentifier id, String source, List<String> includes) {

        static Entry of(VersionedIdentifier id, String source, org.hl7.elm.r1.Library elm) {
            List<IncludeDef> includes =
                    elm.getIncludes() == null ? List.of() : elm.getIncludes().getDef();
            return new Entry(
                    id,
                    source,
                    includes.stream()
                            .map(i -> String.valueOf(i.getPath()))
                            .map(path -> path.substring(path.lastIndexOf('/') + 1))
                            .toList());
        }

        String line() {
            return String.join(
                    "\t", id.getId(), text(id.getVersion()), text(id.getSystem()), source, String.join(",", includes));
        }

        static Entry of(String line) {
            String[] parts = line.split("\t", -1);
            VersionedIdentifier id = new VersionedIdentifier();
            id.setId(parts[0]);
            id.setVersion(parts[1].isEmpty() ? null : parts[1]);
            id.setSystem(parts[2].isEmpty() ? null : parts[2]);
            return new Entry(
                    id,
                    parts[3],
                    Arrays.stream(parts[4].split(",")).filter(s -> !s.isEmpty()).toList());
        }

        private static String text(@Nullable String value) {
            return value == null ? "" : value;
        }
    }

    private final Function<String, Optional<InputStream>> files;
    private final List<Entry> entries;
    private final EvaluationSettings settings;
    private final Map<String, Boolean> unchanged = new ConcurrentHashMap<>();

    /**
     * @param files opens a file of the folder, if it is there
     * @param settings as for libraries that are compiled
     */
    ShippedElm(Function<String, Optional<InputStream>> files, EvaluationSettings settings) {
        this.files = files;
        this.settings = settings;
        this.entries = files.apply(INDEX).stream()
                .flatMap(in -> new String(bytes(in), StandardCharsets.UTF_8).lines())
                .filter(line -> !line.startsWith("#"))
                .map(Entry::of)
                .toList();
    }

    static Optional<InputStream> onClassPath(String file) {
        return Optional.ofNullable(ShippedElm.class.getResourceAsStream(FOLDER + file));
    }

    /**
     * Settings under which the engine finds this library compiled, together with all that it includes.
     *
     * @param asked as the engine will ask for it; of a library without a version there must be one
     * @param stored libraries by name and version (null for any)
     */
    Optional<EvaluationSettings> settingsFor(VersionedIdentifier asked, Stored stored) {
        Entry entry = entries.stream()
                .filter(e ->
                        !e.source().isEmpty() && String.valueOf(e.id().getId()).equals(asked.getId()))
                .filter(e -> asked.getVersion() == null || asked.getVersion().equals(e.id().getVersion()))
                .findFirst()
                .orElse(null);
        if (entry == null
                || !unchanged.computeIfAbsent(
                        asked.getId() + "|" + asked.getVersion(),
                        k -> isUnchanged(entry, asked.getVersion(), stored))) {
            return Optional.empty();
        }
        Map<VersionedIdentifier, CompiledLibrary> ready = settings.getLibraryCache();
        if (!ready.containsKey(asked)) {
            CompiledLibrary compiled = loaded(entry);
            ready.put(asked, compiled);
        }
        return Optional.of(settings);
    }

    /** Stored CQL libraries. */
    interface Stored {
        List<Library> libraries(String name, @Nullable String version);
    }

    private boolean isUnchanged(Entry entry, @Nullable String version, Stored stored) {
        if (!entry.source().isEmpty()) {
            List<Library> there = stored.libraries(String.valueOf(entry.id().getId()), version);
            if (there.size() != 1 || !digest(cql(there.get(0))).equals(entry.source())) {
                return false;
            }
        }
        return entry.includes().stream()
                .map(this::named)
                .allMatch(included -> isUnchanged(included, included.id().getVersion(), stored));
    }

    private Entry named(String name) {
        return entries.stream()
                .filter(e -> name.equals(e.id().getId()))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("The jar has no compiled " + name));
    }

    private CompiledLibrary loaded(Entry entry) {
        entry.includes().forEach(name -> loaded(named(name)));
        return settings.getLibraryCache().computeIfAbsent(entry.id(), this::read);
    }

    private CompiledLibrary read(VersionedIdentifier id) {
        InputStream in = files.apply(file(id))
                .orElseThrow(() -> new IllegalStateException("The jar has no " + FOLDER + file(id)));
        org.hl7.elm.r1.Library elm = new ElmJsonLibraryReader().read(new String(bytes(in), StandardCharsets.UTF_8));
        CompiledLibrary compiled = new CompiledLibrary();
        compiled.setIdentifier(id);
        compiled.setLibrary(elm);
        return compiled;
    }

    /** A Library was written. */
    void forget() {
        unchanged.clear();
    }

    /** Compiler options without where each thing stands in the source, which doubles the ELM. */
    static EvaluationSettings withoutPlaces(EvaluationSettings settings) {
        settings.getCqlOptions()
                .getCqlCompilerOptions()
                .getOptions()
                .removeAll(List.of(Options.EnableAnnotations, Options.EnableLocators));
        return settings;
    }

    static String file(VersionedIdentifier id) {
        return id.getId() + "-" + id.getVersion() + ".json";
    }

    static byte[] cql(Library library) {
        return library.getContent().stream()
                .filter(content -> "text/cql".equals(content.getContentType()))
                .map(Attachment::getData)
                .findFirst()
                .orElse(new byte[0]);
    }

    static String digest(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] bytes(InputStream in) {
        try (in) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
