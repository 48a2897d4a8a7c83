package io.github.throughcare.fhir.storage.embedded;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * {@code postmaster.pid}: line 1 process id, 2 data directory, 4 port, 8 state ({@code ready} once it takes
 * connections). Read while PostgreSQL writes it, so lines may be missing.
 *
 * @see <a href="https://www.postgresql.org/docs/18/storage-file-layout.html">PostgreSQL, database file layout</a>
 */
record PidFile(Path file, List<String> lines) {

    static Optional<PidFile> in(Path data) throws IOException {
        Path file = data.resolve("postmaster.pid");
        try {
            List<String> lines = Files.readAllLines(file);
            return lines.isEmpty() ? Optional.empty() : Optional.of(new PidFile(file, lines));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    long pid() {
        return Long.parseLong(lines.get(0).strip());
    }

    /** 0 as long as it is not written. */
    int port() {
        return lines.size() < 4 ? 0 : Integer.parseInt(lines.get(3).strip());
    }

    boolean ready() {
        return lines.size() >= 8 && lines.get(7).strip().equals("ready");
    }

    /**
     * Whether the process still lives and is a PostgreSQL on this directory, not a stranger who got its number later (in a
     * container that restarts numbers come again) nor a dead one whose parent has not asked for it yet.
     */
    boolean isOurs() throws IOException {
        String command = commandLine(pid());
        return command.contains("bin/postgres")
                && command.contains(file.getParent().toString());
    }

    /** Empty for a dead process. Read from /proc where there is one, since Java's way needs more rights. */
    private static String commandLine(long pid) throws IOException {
        if (Files.isDirectory(Path.of("/proc/self"))) {
            try {
                return Files.readString(Path.of("/proc/" + pid + "/cmdline"), StandardCharsets.ISO_8859_1)
                        .replace('\0', ' ');
            } catch (FileSystemException gone) {
                return "";
            }
        }
        return ProcessHandle.of(pid)
                .flatMap(process -> process.info().commandLine())
                .orElse("");
    }

    /**
     * Lets a new postmaster, our child, see that the file is stale though the number in it may be taken: it ignores its
     * parent's. Deleting the file would also delete the shared memory key, by which it makes sure that no backend of the
     * dead one still writes.
     */
    void disown() throws IOException {
        List<String> stale = new ArrayList<>(lines);
        stale.set(0, Long.toString(ProcessHandle.current().pid()));
        Files.write(file, stale);
    }
}
