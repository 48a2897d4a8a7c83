import io.github.throughcare.ThroughcareApplication;
import io.github.throughcare.fhir.storage.Store;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.sql.DataSource;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * How near the server comes to what its machine, container, pool and database can give: a bare servlet beside it reads the same rows by JDBC,
 * unpacks them and writes the bytes. Same process, same run, in turn: {@code src/bench/limit.sh}.
 */
public class LimitBench {

    @Configuration(proxyBeanMethods = false)
    public static class Bare {
        @Bean
        ServletRegistrationBean<BareServlet> bare(DataSource pool, Store store, org.springframework.context.ApplicationContext context) {
            return new ServletRegistrationBean<>(new BareServlet(pool, store, context.getBean("bodyCodec")), "/bare/*");
        }
    }

    /** {@code /bare/Type/id} and {@code /bare/page?h=key}. */
    static final class BareServlet extends HttpServlet {
        private static final String READ = "SELECT v.codec, v.body FROM resource r JOIN version v ON v.pk = r.pk AND v.ver = r.ver WHERE r.self = ?";
        private static final String PAGE = "WITH x AS MATERIALIZED (SELECT r.pk, r.ver FROM (SELECT pk FROM token WHERE h = ? ORDER BY h DESC, pk DESC LIMIT 20) t"
                + " JOIN resource r ON r.pk = t.pk) SELECT v.codec, v.body FROM x JOIN version v ON v.pk = x.pk AND v.ver = x.ver ORDER BY x.pk DESC";
        private final transient DataSource pool;
        private final transient Store store;
        private final transient Object codec;
        private final transient Method unpack;

        BareServlet(DataSource pool, Store store, Object codec) {
            this.pool = pool;
            this.store = store;
            this.codec = codec;
            try {
                this.unpack = codec.getClass().getDeclaredMethod("unpack", short.class, byte[].class, Connection.class);
                this.unpack.setAccessible(true);
            } catch (NoSuchMethodException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        protected void doGet(HttpServletRequest in, HttpServletResponse out) throws IOException {
            String path = in.getPathInfo();
            boolean page = path.equals("/page");
            ByteArrayOutputStream body = new ByteArrayOutputStream(32_768);
            try (Connection c = pool.getConnection();
                    PreparedStatement s = c.prepareStatement(page ? PAGE : READ)) {
                String[] parts = path.split("/");
                s.setLong(1, page ? Long.parseLong(in.getParameter("h")) : store.keys().self(parts[1], parts[2]));
                try (ResultSet r = s.executeQuery()) {
                    if (page) {
                        body.writeBytes("{\"resourceType\":\"Bundle\",\"entry\":[".getBytes(StandardCharsets.UTF_8));
                    }
                    for (boolean first = true; r.next(); first = false) {
                        if (page) {
                            body.writeBytes((first ? "{\"resource\":" : ",{\"resource\":").getBytes(StandardCharsets.UTF_8));
                        }
                        body.writeBytes((byte[]) unpack.invoke(codec, r.getShort(1), r.getBytes(2), c));
                        if (page) {
                            body.write('}');
                        }
                    }
                    if (page) {
                        body.writeBytes("]}".getBytes(StandardCharsets.UTF_8));
                    }
                }
            } catch (java.sql.SQLException | ReflectiveOperationException e) {
                throw new IllegalStateException(e);
            }
            out.setContentType("application/fhir+json;charset=UTF-8");
            out.setContentLength(body.size());
            body.writeTo(out.getOutputStream());
        }
    }

    public static void main(String[] args) throws Exception {
        int seconds = args.length > 0 ? Integer.parseInt(args[0]) : 4;
        int rounds = args.length > 1 ? Integer.parseInt(args[1]) : 3;
        int warmUp = args.length > 2 ? Integer.parseInt(args[2]) : 5;
        ConfigurableApplicationContext context = new SpringApplication(ThroughcareApplication.class, Bare.class)
                .run("--server.port=0", "--server.address=127.0.0.1", "--throughcare.storage.home=target/bench-home", "--throughcare.demo=false",
                        "--throughcare.zone=UTC");
        try {
            Store store = context.getBean(Store.class);
            Ward ward = new Ward(store);
            if (store.read("Patient", "w0", io.github.throughcare.fhir.Visibility.everything()).isEmpty()) {
                ward.fill(20_000);
            }
            try (Connection c = context.getBean(DataSource.class).getConnection(); java.sql.Statement s = c.createStatement()) {
                s.execute("SET statement_timeout = 0");
                s.execute("VACUUM ANALYZE");
            }
            Thread.sleep(31_000); // the planner reads the statistics every half minute
            String base = "http://127.0.0.1:" + context.getEnvironment().getProperty("local.server.port");
            List<String> reads = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                reads.add("/Observation/w" + i + "-o" + i % 50);
            }
            long hot = store.keys().systemCode("http://ward", "hot") ^ store.keys().seed("Observation", "code");
            Map<String, List<String>> loads = new LinkedHashMap<>();
            loads.put("read bare", reads.stream().map(r -> base + "/bare" + r).toList());
            loads.put("read", reads.stream().map(r -> base + "/fhir" + r).toList());
            loads.put("page bare", List.of(base + "/bare/page?h=" + hot));
            loads.put("page", List.of(base + "/fhir/Observation?code=http://ward%7Chot&_total=none"));
            loads.forEach((name, urls) -> run(name, urls, warmUp));
            Map<String, double[][]> all = new TreeMap<>();
            for (int round = 0; round < rounds; round++) {
                int now = round;
                loads.forEach((name, urls) -> all.computeIfAbsent(name, n -> new double[rounds][])[now] = run(name, urls, seconds));
            }
            System.out.println("| | requests/s | CPU ms a request, server + PostgreSQL | median us | other work on the machine |\n|---|---|---|---|---|");
            for (String name : loads.keySet()) {
                double[] m = median(all.get(name));
                System.out.printf("| %s | %.0f | %.3f + %.3f | %.0f | %.0f %% |%n", name, m[0], m[1], m[2], m[3], m[4]);
            }
            for (String what : List.of("read", "page")) {
                double[] bare = median(all.get(what + " bare"));
                double[] own = median(all.get(what));
                System.out.printf("%s: %.2f of the bare servlet by requests/s, %.2f by CPU%n", what, own[0] / bare[0], (bare[1] + bare[2]) / (own[1] + own[2]));
            }
        } finally {
            context.close();
        }
    }

    private static double[] median(double[][] rounds) {
        double[] m = new double[rounds[0].length];
        for (int i = 0; i < m.length; i++) {
            int column = i;
            double[] sorted = Arrays.stream(rounds).mapToDouble(r -> r[column]).sorted().toArray();
            m[i] = sorted[sorted.length / 2];
        }
        return m;
    }

    private static double[] run(String name, List<String> urls, int seconds) {
        try {
            Path file = Files.write(Files.createTempFile("urls", ".txt"), urls);
            Process load = new ProcessBuilder("java", "-cp", System.getProperty("bench.load"), "Load", file.toString(), Integer.toString(seconds), "8")
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            Cpu before = Cpu.now();
            long start = System.nanoTime();
            String[] out = new String(load.getInputStream().readAllBytes(), StandardCharsets.UTF_8).trim().split(" ");
            double wall = (System.nanoTime() - start) / 1e6;
            Cpu used = Cpu.now().since(before);
            Files.delete(file);
            double n = Double.parseDouble(out[0]);
            if (!out[1].equals("0")) {
                throw new IllegalStateException(name + ": " + out[1] + " errors");
            }
            // the load's own CPU is among the machine's; it is left in
            double other = 100 * Math.max(0, used.machine() - used.server() - used.postgres()) / (wall * Runtime.getRuntime().availableProcessors());
            return new double[] {n / seconds, used.server() / n, used.postgres() / n, Double.parseDouble(out[2]), other};
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
