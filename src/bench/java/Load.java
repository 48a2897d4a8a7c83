import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A closed loop of GET requests over kept connections, in a process of its own so that its CPU is not counted:
 * {@code java Load.java FILE_OF_URLS SECONDS CONNECTIONS}. Prints requests, errors and the median in microseconds.
 */
class Load {

    public static void main(String[] args) throws Exception {
        List<String> urls = Files.readAllLines(Path.of(args[0]));
        long until = System.nanoTime() + Long.parseLong(args[1]) * 1_000_000_000L;
        AtomicLong errors = new AtomicLong();
        List<long[]> times = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < Integer.parseInt(args[2]); i++) {
            int first = i;
            Thread t = new Thread(() -> {
                try (Connection c = new Connection(URI.create(urls.get(0)))) {
                    long[] mine = new long[1 << 20];
                    int n = 0;
                    for (int u = first; System.nanoTime() < until && n < mine.length; u++) {
                        long start = System.nanoTime();
                        if (c.get(urls.get(u % urls.size())) != 200) {
                            errors.incrementAndGet();
                        }
                        mine[n++] = System.nanoTime() - start;
                    }
                    synchronized (times) {
                        times.add(java.util.Arrays.copyOf(mine, n));
                    }
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            threads.add(t);
            t.start();
        }
        for (Thread t : threads) {
            t.join();
        }
        long[] all = times.stream().flatMapToLong(java.util.Arrays::stream).sorted().toArray();
        System.out.println(all.length + " " + errors + " " + all[all.length / 2] / 1000);
    }

    /** One kept connection. */
    static final class Connection implements AutoCloseable {
        private final Socket socket;
        private final InputStream in;

        Connection(URI at) throws IOException {
            socket = new Socket(at.getHost(), at.getPort());
            socket.setTcpNoDelay(true);
            in = new BufferedInputStream(socket.getInputStream(), 1 << 16);
        }

        /** Sends one request, reads the whole answer and gives its status. */
        int get(String url) throws IOException {
            String path = url.substring(url.indexOf('/', 8));
            socket.getOutputStream()
                    .write(("GET " + path + " HTTP/1.1\r\nHost: bench\r\nAccept: application/fhir+json\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            int status = Integer.parseInt(line().split(" ")[1]);
            long length = -1;
            for (String header = line(); !header.isEmpty(); header = line()) {
                if (header.regionMatches(true, 0, "Content-Length:", 0, 15)) {
                    length = Long.parseLong(header.substring(15).trim());
                }
            }
            if (length < 0) {
                for (int size = Integer.parseInt(line(), 16); size > 0; size = Integer.parseInt(line(), 16)) {
                    in.skipNBytes(size + 2L);
                }
                line();
            } else {
                in.skipNBytes(length);
            }
            return status;
        }

        private String line() throws IOException {
            StringBuilder line = new StringBuilder();
            for (int c = in.read(); c != '\n'; c = in.read()) {
                if (c < 0) {
                    throw new IOException("The server closed the connection");
                }
                if (c != '\r') {
                    line.append((char) c);
                }
            }
            return line.toString();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
