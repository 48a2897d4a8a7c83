package io.github.throughcare.fhir.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.net.JarURLConnection;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class InlineLimitsTest {

    /** A pattern as HotSpot reads it: a star stands at the end of a name, or not at all. */
    private static final Pattern LIMIT = Pattern.compile("\"-([\\w/$]+\\*?)\\.([\\w<>]*\\*?)\"");

    private static final List<String> CLASSES = all();

    record Limit(String classes, String methods) {

        @Override
        public String toString() {
            return classes + "." + methods;
        }
    }

    static List<Limit> limits() throws IOException {
        return LIMIT.matcher(text())
                .results()
                .map((MatchResult r) -> new Limit(r.group(1), r.group(2)))
                .toList();
    }

    private static String text() throws IOException {
        try (InputStream in = InlineLimits.class.getResourceAsStream("/fhir/inline-limits.json")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void each_line_is_a_limit_with_its_reason() throws IOException {
        long quoted = text().lines().filter(l -> l.strip().startsWith("\"-")).count();
        assertThat(limits()).hasSize((int) quoted).hasSizeGreaterThan(5);
        assertThat(text().lines().map(String::strip).filter(l -> l.startsWith("\"-")))
                .allSatisfy(line -> assertThat(line).contains("// "));
    }

    /** A name that nothing bears any more would limit nothing, silently. */
    @ParameterizedTest
    @MethodSource("limits")
    void each_limit_names_a_method_that_is_there(Limit limit) {
        List<String> named = classes(limit.classes());
        assertThat(named).as("classes").isNotEmpty();
        if (!limit.methods().equals("*")) {
            List<String> methods = new ArrayList<>();
            named.forEach(name -> methods.addAll(methods(name)));
            String prefix = limit.methods().replace("*", "");
            assertThat(methods).anyMatch(m -> limit.methods().endsWith("*") ? m.startsWith(prefix) : m.equals(prefix));
        }
    }

    private static List<String> methods(String type) {
        try {
            return Arrays.stream(Class.forName(type, false, InlineLimitsTest.class.getClassLoader())
                            .getDeclaredMethods())
                    .map(Method::getName)
                    .toList();
        } catch (ClassNotFoundException | LinkageError e) {
            return List.of(); // a class for what is not here
        }
    }

    private static List<String> classes(String pattern) {
        if (!pattern.endsWith("*")) {
            String name = pattern.replace('/', '.');
            return isThere(name) ? List.of(name) : List.of();
        }
        String start = pattern.substring(0, pattern.length() - 1);
        return CLASSES.stream()
                .filter(name -> name.startsWith(start))
                .map(name -> name.replace('/', '.'))
                .toList();
    }

    /** Of the class path, or of the JDK itself. */
    private static boolean isThere(String name) {
        try {
            Class.forName(name, false, InlineLimitsTest.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException e) {
            return false;
        }
    }

    /** Names of all classes of the class path, with slashes. */
    private static List<String> all() {
        List<String> all = new ArrayList<>();
        try {
            Path own = Path.of(InlineLimits.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            try (Stream<Path> files = Files.walk(own)) {
                files.map(f -> own.relativize(f).toString().replace('\\', '/')).forEach(all::add);
            }
            for (URL manifest :
                    Collections.list(InlineLimits.class.getClassLoader().getResources("META-INF/MANIFEST.MF"))) {
                if (manifest.openConnection() instanceof JarURLConnection jar) {
                    jar.getJarFile().stream().map(ZipEntry::getName).forEach(all::add);
                }
            }
        } catch (IOException | URISyntaxException e) {
            throw new IllegalStateException(e);
        }
        return all.stream()
                .filter(n -> n.endsWith(".class"))
                .map(n -> n.substring(0, n.length() - ".class".length()))
                .toList();
    }

    @Test
    void the_jvm_takes_the_file_and_says_so_to_the_caller_only() throws Exception {
        assumeTrue(System.getProperty("java.vm.name").matches(".*(HotSpot|OpenJDK).*"), "no HotSpot");
        assertThat(InlineLimits.command("compilerDirectivesAdd", true)).startsWith(InlineLimits.TAKEN);
        assertThat(InlineLimits.command("compilerDirectivesRemove", false)).doesNotContain("error");
    }
}
