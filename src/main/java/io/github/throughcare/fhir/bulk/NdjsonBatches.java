package io.github.throughcare.fhir.bulk;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Cuts NDJSON into batches, the same ones each time the same file is read: at most {@value #LINES} lines or {@value #BYTES} bytes (a
 * longer line is a batch of its own). Empty lines are counted, and left out.
 */
final class NdjsonBatches {

    static final int LINES = 1000;
    static final int BYTES = 8_000_000;

    /** One line without its end; null when it is longer than allowed. */
    @SuppressWarnings("ArrayRecordComponent")
    record Line(int number, byte @Nullable [] json) {}

    /**
     * Some lines.
     *
     * @param number 0, 1, ... in the file
     */
    record Batch(int number, List<Line> lines) {}

    private final InputStream in;
    private final int longest;
    private final byte[] buffer = new byte[1 << 16];
    private final ByteArrayOutputStream started = new ByteArrayOutputStream();
    private boolean startedTooLong;
    private int from;
    private int until;
    private int batches;
    private int lines;
    private @Nullable Line waiting;

    /** @param longest bytes that a line may have */
    NdjsonBatches(InputStream in, int longest) {
        this.in = in;
        this.longest = longest;
    }

    /** The next batch; null at the end. */
    @Nullable
    Batch next() throws IOException {
        List<Line> taken = new ArrayList<>(LINES);
        long bytes = 0;
        while (taken.size() < LINES) {
            Line line = waiting == null ? line() : waiting;
            waiting = null;
            if (line == null) {
                break;
            }
            int length = line.json == null ? 0 : line.json.length;
            if (!taken.isEmpty() && bytes + length > BYTES) {
                waiting = line;
                break;
            }
            bytes += length;
            taken.add(line);
        }
        return taken.isEmpty() ? null : new Batch(batches++, taken);
    }

    private @Nullable Line line() throws IOException {
        while (true) {
            for (int i = from; i < until; i++) {
                if (buffer[i] == '\n') {
                    keep(i);
                    from = i + 1;
                    Line line = finished();
                    if (line != null) {
                        return line;
                    }
                    i = from - 1;
                }
            }
            keep(until);
            from = 0;
            until = in.read(buffer);
            if (until < 0) {
                until = 0;
                return started.size() == 0 && !startedTooLong ? null : finished();
            }
        }
    }

    private void keep(int to) {
        if (started.size() + (to - from) > longest) {
            startedTooLong = true;
            started.reset();
        } else if (!startedTooLong) {
            started.write(buffer, from, to - from);
        }
    }

    /** The line that is complete now; null when it is empty. */
    private @Nullable Line finished() {
        lines++;
        byte[] json = started.toByteArray();
        boolean tooLong = startedTooLong;
        started.reset();
        startedTooLong = false;
        if (tooLong) {
            return new Line(lines, null);
        }
        for (byte b : json) {
            if (b != ' ' && b != '\t' && b != '\r') {
                return new Line(lines, json);
            }
        }
        return null;
    }
}
