import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/**
 * Single creates and updates through the server beside the same through JDBC alone: one row with the body, its index on the id, one
 * commit. Both on the server's own PostgreSQL, in turns, so that the machine's mood is the same for both. Run by src/bench/writes.sh.
 *
 * <p>Arguments: server's base, home, process, clients, seconds of a turn, turns.
 */
public final class WriteBench {

    private static final String OBSERVATION = "{\"resourceType\":\"Observation\",%s\"status\":\"final\",\"category\":[{\"coding\":[{\"system\":"
            + "\"http://terminology.hl7.org/CodeSystem/observation-category\",\"code\":\"vital-signs\",\"display\":\"Vital signs\"}]}],"
            + "\"code\":{\"coding\":[{\"system\":\"http://loinc.org\",\"code\":\"8302-2\",\"display\":\"Body height\"}],\"text\":\"Body height\"},"
            + "\"subject\":{\"reference\":\"Patient/bench\"},\"effectiveDateTime\":\"2026-11-02T09:00:00Z\",\"issued\":\"2026-11-02T09:00:00.000Z\","
            + "\"valueQuantity\":{\"value\":%d.%d,\"unit\":\"cm\",\"system\":\"http://unitsofmeasure.org\",\"code\":\"cm\"}}";

    private interface Client extends AutoCloseable {
        void once(long n) throws Exception;

        @Override
        void close() throws Exception;
    }

    private interface Clients {
        Client make(int number) throws Exception;
    }

    private final String host = "127.0.0.1";
    private final int port;
    private final String url;
    private final String password;
    private final long server;
    private final long postgres;
    private final int clients;
    private final int seconds;

    private WriteBench(String[] args) throws IOException {
        this.port = Integer.parseInt(args[0]);
        Path home = Path.of(args[1]);
        this.server = Long.parseLong(args[2]);
        this.clients = Integer.parseInt(args[3]);
        this.seconds = Integer.parseInt(args[4]);
        this.url = "jdbc:postgresql://127.0.0.1:"
                + Files.readString(home.resolve("port")).strip() + "/postgres";
        this.password = Files.readString(home.resolve("password")).strip();
        this.postgres = Long.parseLong(
                Files.readAllLines(home.resolve("data/postmaster.pid")).get(0).strip());
    }

    public static void main(String[] args) throws Exception {
        new WriteBench(args).run(Integer.parseInt(args[5]));
    }

    private void run(int turns) throws Exception {
        try (Connection c = connect(); var s = c.createStatement()) {
            s.execute("DROP TABLE IF EXISTS bench_raw");
            s.execute("CREATE TABLE bench_raw (id text PRIMARY KEY, body bytea NOT NULL)");
        }
        try (Client setup = http("")) {
            // the ids that updates work on
            for (int i = 0; i < clients; i++) {
                put(setup, i, 0);
            }
            try (Client raw = rawCreate(0)) {
                for (int i = 0; i < clients; i++) {
                    ((Raw) raw).insert("update-" + i, body("", 0));
                }
            }
        }
        List<String> names = List.of("raw create", "server create", "raw update", "server update");
        List<Clients> kinds = List.of(this::rawCreate, i -> http("POST /fhir/Observation"), this::rawUpdate, this::serverUpdate);
        turn(kinds.get(1), 10); // the JVM warms up
        turn(kinds.get(3), 10);
        double[] best = new double[4];
        for (int t = 0; t < turns; t++) {
            for (int k = 0; k < 4; k++) {
                double[] r = turn(kinds.get(k), seconds);
                best[k] = Math.max(best[k], r[0]);
                System.out.printf("%-14s %7.0f/s  CPU %.3f ms server + %.3f ms PostgreSQL%n", names.get(k), r[0], r[1], r[2]);
            }
        }
        System.out.printf("server/raw, best turn of each: create %.2f, update %.2f%n", best[1] / best[0], best[3] / best[2]);
        try (Connection c = connect(); var s = c.createStatement()) {
            s.execute("DROP TABLE bench_raw");
        }
    }

    /** @return per second, CPU milliseconds of the server and of PostgreSQL each */
    private double[] turn(Clients kind, int seconds) throws Exception {
        AtomicLong done = new AtomicLong();
        List<Thread> threads = new ArrayList<>();
        List<Throwable> failed = new ArrayList<>();
        double[] before = cpu();
        long begun = System.nanoTime();
        long until = begun + seconds * 1_000_000_000L;
        for (int i = 0; i < clients; i++) {
            int number = i;
            Thread thread = new Thread(() -> {
                try (Client client = kind.make(number)) {
                    for (long n = System.nanoTime(); System.nanoTime() < until; n++) {
                        client.once(n);
                        done.incrementAndGet();
                    }
                } catch (Exception e) {
                    synchronized (failed) {
                        failed.add(e);
                    }
                }
            });
            threads.add(thread);
            thread.start();
        }
        for (Thread t : threads) {
            t.join();
        }
        if (!failed.isEmpty()) {
            throw new IllegalStateException(failed.get(0));
        }
        double took = (System.nanoTime() - begun) / 1e9;
        double[] after = cpu();
        double n = done.get();
        return new double[] {n / took, (after[0] - before[0]) / n * 1000, (after[1] - before[1]) / n * 1000};
    }

    // ------------------------------------------------------------ the two sides

    private final class Raw implements Client {
        private final Connection c = connect();
        private final PreparedStatement insert = c.prepareStatement("INSERT INTO bench_raw (id, body) VALUES (?, ?)");
        private final PreparedStatement update = c.prepareStatement("UPDATE bench_raw SET body = ? WHERE id = ?");
        private final int number;
        private final boolean updates;

        Raw(int number, boolean updates) throws Exception {
            this.number = number;
            this.updates = updates;
        }

        void insert(String id, byte[] body) throws Exception {
            insert.setString(1, id);
            insert.setBytes(2, body);
            insert.executeUpdate();
        }

        @Override
        public void once(long n) throws Exception {
            if (updates) {
                update.setBytes(1, body("", n));
                update.setString(2, "update-" + number);
                update.executeUpdate();
            } else {
                insert(java.util.UUID.randomUUID().toString(), body("", n));
            }
        }

        @Override
        public void close() throws Exception {
            c.close();
        }
    }

    private Client rawCreate(int number) throws Exception {
        return new Raw(number, false);
    }

    private Client rawUpdate(int number) throws Exception {
        return new Raw(number, true);
    }

    /** As little HTTP as will do, so that the driver takes few of the cores. */
    private final class Http implements Client {
        private Socket socket = new Socket(host, port);
        private final String line;

        Http(String line) throws IOException {
            this.line = line;
            socket.setTcpNoDelay(true);
        }

        void send(String line, byte[] body) throws IOException {
            ByteArrayOutputStream out = new ByteArrayOutputStream(2048);
            out.writeBytes((line + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/fhir+json\r\nContent-Length: "
                            + body.length + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            out.writeBytes(body);
            socket.getOutputStream().write(out.toByteArray());
            InputStream in = socket.getInputStream();
            byte[] buffer = new byte[16384];
            int have = 0;
            while (true) {
                int n = in.read(buffer, have, buffer.length - have);
                if (n < 0) {
                    throw new IOException("The server hung up");
                }
                have += n;
                String text = new String(buffer, 0, have, StandardCharsets.ISO_8859_1);
                int end = text.indexOf("\r\n\r\n");
                if (end > 0) {
                    if (!text.startsWith("HTTP/1.1 20")) {
                        throw new IOException(text);
                    }
                    String lower = text.toLowerCase(java.util.Locale.ROOT);
                    int at = lower.indexOf("content-length:") + 15;
                    int length = Integer.parseInt(text.substring(at, text.indexOf("\r\n", at)).trim());
                    if (have >= end + 4 + length) {
                        if (lower.contains("connection: close")) { // the server's bound of requests a connection
                            socket.close();
                            socket = new Socket(host, port);
                            socket.setTcpNoDelay(true);
                        }
                        return;
                    }
                }
            }
        }

        @Override
        public void once(long n) throws IOException {
            send(line, body("", n));
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    private Client http(String line) throws IOException {
        return new Http(line);
    }

    private static void put(Client http, int number, long n) throws IOException {
        ((Http) http).send("PUT /fhir/Observation/bench-" + number, body("\"id\":\"bench-" + number + "\",", n));
    }

    private Client serverUpdate(int number) throws IOException {
        Http http = new Http("");
        return new Client() {
            @Override
            public void once(long n) throws Exception {
                put(http, number, n);
            }

            @Override
            public void close() throws Exception {
                http.close();
            }
        };
    }

    private static byte[] body(String id, long n) {
        return String.format(OBSERVATION, id, 100 + n % 100, n % 1_000_000).getBytes(StandardCharsets.UTF_8);
    }

    // ------------------------------------------------------------ measuring

    private Connection connect() throws java.sql.SQLException {
        return DriverManager.getConnection(url + "?prepareThreshold=1", "throughcare", password);
    }

    /** CPU seconds of the server, and of PostgreSQL with its backends, dead ones included. */
    private double[] cpu() throws IOException {
        double own = ticks(server, false);
        double pg = ticks(postgres, true);
        try (Stream<Path> all = Files.list(Path.of("/proc"))) {
            for (Path p : (Iterable<Path>) all.filter(f -> f.getFileName().toString().matches("\\d+"))::iterator) {
                try {
                    String stat = Files.readString(p.resolve("stat"));
                    String[] f = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
                    if (Long.parseLong(f[1]) == postgres) {
                        pg += (Long.parseLong(f[11]) + Long.parseLong(f[12])) / 100.0;
                    }
                } catch (IOException gone) {
                    // a process that has just ended
                }
            }
        }
        return new double[] {own, pg};
    }

    private static double ticks(long pid, boolean children) throws IOException {
        String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
        String[] f = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        long t = Long.parseLong(f[11]) + Long.parseLong(f[12]);
        return (children ? t + Long.parseLong(f[13]) + Long.parseLong(f[14]) : t) / 100.0;
    }
}
