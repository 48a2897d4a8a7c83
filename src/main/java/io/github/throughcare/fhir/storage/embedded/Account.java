package io.github.throughcare.fhir.storage.embedded;

import com.sun.security.auth.module.UnixSystem;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Whose name PostgreSQL runs under: it refuses root, which is who we are in many containers. As root we run it in a user
 * namespace where our user has no name (files stay root's), or, where the container forbids namespaces, as {@code
 * nobody} with a data directory of its own. Anyone else runs it as himself.
 *
 * @param prefix what stands before each command
 * @param uid who must own the data directory; null for whoever we are
 */
record Account(List<String> prefix, @Nullable Integer uid) {

    static final Account OURSELVES = new Account(List.of(), null);
    static final Account NAMESPACE = new Account(List.of("unshare", "-U"), 0);
    static final Account NOBODY =
            new Account(List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"), 65534);

    static Account probe() {
        if (new UnixSystem().getUid() != 0) {
            return OURSELVES;
        }
        for (Account candidate : List.of(NAMESPACE, NOBODY)) {
            if (candidate.works()) {
                return candidate;
            }
        }
        throw new IllegalStateException("PostgreSQL does not run as root, and neither `unshare -U` nor `setpriv` works"
                + " here. Run the server as an ordinary user, or set SPRING_DATASOURCE_URL.");
    }

    private boolean works() {
        try {
            return command(List.of("true"))
                            .redirectErrorStream(true)
                            .redirectOutput(Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    /** A command under this account, in English and without our environment's locale. */
    ProcessBuilder command(List<String> command) {
        List<String> whole = new ArrayList<>(prefix);
        whole.addAll(command);
        ProcessBuilder builder = new ProcessBuilder(whole);
        builder.environment().put("LC_ALL", "C");
        builder.environment().keySet().removeIf(name -> name.startsWith("PG"));
        return builder;
    }

    /** Runs to the end and returns what was printed; a status other than 0 throws with it. */
    String run(List<String> command) throws IOException {
        Process process = command(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes());
        try {
            if (process.waitFor() != 0) {
                throw new IllegalStateException("`" + String.join(" ", command) + "` failed: "
                        + output.strip().replace('\n', ' '));
            }
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
        return output;
    }

    /** Gives a file, or a directory with all in it, to this account, unless it is its own already. */
    void own(Path path) throws IOException {
        if (uid == null || uid.equals(Files.getAttribute(path, "unix:uid"))) {
            return;
        }
        try (Stream<Path> all = Files.walk(path)) {
            // the top last: until it is done, the next start sees that it is not
            for (Path each :
                    all.sorted((a, b) -> b.getNameCount() - a.getNameCount()).toList()) {
                Files.setAttribute(each, "unix:uid", uid, LinkOption.NOFOLLOW_LINKS);
            }
        }
    }

    static IllegalStateException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new IllegalStateException("Interrupted while waiting for PostgreSQL", e);
    }
}
