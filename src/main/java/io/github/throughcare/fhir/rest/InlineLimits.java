package io.github.throughcare.fhir.rest;

import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.management.JMException;
import javax.management.ObjectName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.stereotype.Component;

/**
 * Hands the JVM {@code fhir/inline-limits.json}: compiler directives (JEP 165) that name methods which C2 shall call instead of
 * compiling them again into each of their callers. The code that runs is the same; it is compiled in less time and there earlier
 * (docs/decisions/2611-inline-limits.md). After the first answer, for the management beans take a quarter of a second of CPU to load.
 * The setting {@code throughcare.inline-limits} switches it off. A JVM that takes no directives goes on without.
 */
@Component
final class InlineLimits implements ApplicationListener<ApplicationReadyEvent> {

    private static final Logger LOG = LoggerFactory.getLogger(InlineLimits.class);

    /** What HotSpot answers when it has taken them; anything else says what it did not like. */
    static final String TAKEN = "1 compiler directives added";

    /** HotSpot keeps a stack of directives: once is enough for all that start in one JVM. */
    private static final AtomicBoolean SET = new AtomicBoolean();

    @Override
    public void onApplicationEvent(ApplicationReadyEvent event) {
        String wanted = event.getApplicationContext().getEnvironment().getProperty("throughcare.inline-limits", "true");
        if (!"false".equalsIgnoreCase(wanted.strip()) && SET.compareAndSet(false, true)) {
            Thread thread = new Thread(InlineLimits::set, "inline-limits");
            thread.setDaemon(true);
            thread.start();
        }
    }

    private static void set() {
        try {
            if (ManagementFactory.getRuntimeMXBean()
                    .getInputArguments()
                    .toString()
                    .contains("CompilerDirectivesFile")) {
                return; // ours would come before those of whoever runs the server
            }
            String answer = command("compilerDirectivesAdd", true);
            if (!answer.startsWith(TAKEN)) {
                LOG.debug("This JVM takes no inline limits: {}", answer);
            }
        } catch (JMException | IOException | RuntimeException | LinkageError e) {
            LOG.debug("This JVM takes no inline limits: {}", e.toString());
        }
    }

    /** Runs one of the JVM's diagnostic commands (those of {@code jcmd}), with the directives' file as its argument or without any. */
    static String command(String name, boolean directives) throws JMException, IOException {
        if (!directives) {
            return invoke(name, new Object[0], new String[0]);
        }
        Path file = Files.createTempFile("throughcare-inline-limits", ".json"); // the command reads no stream
        try (InputStream in = InlineLimits.class.getResourceAsStream("/fhir/inline-limits.json")) {
            Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
            return invoke(name, new Object[] {new String[] {file.toString()}}, new String[] {String[].class.getName()});
        } finally {
            Files.delete(file);
        }
    }

    private static String invoke(String command, Object[] arguments, String[] types) throws JMException {
        ObjectName commands = new ObjectName("com.sun.management:type=DiagnosticCommand");
        return String.valueOf(ManagementFactory.getPlatformMBeanServer().invoke(commands, command, arguments, types));
    }
}
