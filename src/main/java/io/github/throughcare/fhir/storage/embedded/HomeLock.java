package io.github.throughcare.fhir.storage.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** One home, one server: an operating-system lock on {@code lock}, which the kernel drops when the process dies. */
final class HomeLock implements AutoCloseable {

    /** POSIX drops a lock when the same process closes any channel on the file, so our own are known before opening. */
    private static final Set<Path> HELD_HERE = ConcurrentHashMap.newKeySet();

    private final Path home;
    private final FileChannel channel;

    private HomeLock(Path home, FileChannel channel) {
        this.home = home;
        this.channel = channel;
    }

    static HomeLock acquire(Path home) throws IOException {
        String self = Long.toString(ProcessHandle.current().pid());
        if (!HELD_HERE.add(home)) {
            throw inUse(home, self);
        }
        FileChannel channel = null;
        try {
            channel = FileChannel.open(
                    home.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            if (channel.tryLock() == null) {
                ByteBuffer holder = ByteBuffer.allocate(20);
                channel.read(holder);
                throw inUse(home, new String(holder.array(), 0, holder.position(), StandardCharsets.US_ASCII).trim());
            }
            channel.truncate(0);
            channel.write(ByteBuffer.wrap(self.getBytes(StandardCharsets.US_ASCII)));
            return new HomeLock(home, channel);
        } catch (IOException | RuntimeException e) {
            if (channel != null) {
                channel.close();
            }
            HELD_HERE.remove(home);
            throw e;
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            HELD_HERE.remove(home);
        }
    }

    private static IllegalStateException inUse(Path home, String process) {
        return new IllegalStateException("The home " + home + " is in use by another server (process " + process
                + "). Stop that one, or give this one its own with THROUGHCARE_HOME.");
    }
}
