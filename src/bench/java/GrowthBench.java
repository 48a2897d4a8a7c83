import io.github.throughcare.ThroughcareApplication;
import io.github.throughcare.fhir.storage.Store;
import java.net.URI;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/** The same searches at growing sizes of the store, one connection: {@code src/bench/growth.sh [SIZE ...]}. */
public class GrowthBench {

    private static final Map<String, String> SEARCHES = new LinkedHashMap<>();

    static {
        SEARCHES.put("read by id", "Observation/w%d-o7");
        SEARCHES.put("patient + status", "CarePlan?patient=w%d&status=active");
        SEARCHES.put("patient + code + date, newest first", "Observation?patient=w%d&code=http://ward%%7Chot&date=ge2020&_sort=-date&_count=20");
        SEARCHES.put("patient's compartment, one type", "Patient/w%d/Condition?clinical-status=active");
        SEARCHES.put("identifier", "Patient?identifier=http://ward%%7C%d");
        SEARCHES.put("rare code", "Observation?code=http://ward%%7Crare0&x=%d");
        SEARCHES.put("dense status, default order", "Task?status=requested&_count=20&x=%d");
        SEARCHES.put("dense status, newest authored", "Task?status=requested&_sort=-authored-on&_count=20&x=%d");
        SEARCHES.put("dense code, last updated", "Observation?code=hot&_sort=-_lastUpdated&_count=20&x=%d");
        SEARCHES.put("two dense statuses", "Task?status=requested,completed&_count=20&x=%d");
        SEARCHES.put("dense date", "Encounter?date=ge2011&_count=20&x=%d");
        SEARCHES.put("newest of a type", "Observation?_count=20&x=%d");
        SEARCHES.put("newest of two types", "?_type=Task,CarePlan&_count=20&x=%d");
        SEARCHES.put("newest of all, last updated", "?_sort=-_lastUpdated&_count=20&x=%d");
        SEARCHES.put("updated in the last minute", "Task?_lastUpdated=gt2090&x=%d");
        SEARCHES.put("dense status + include", "CarePlan?status=active&_include=CarePlan:subject&_include=CarePlan:condition&_count=20&x=%d");
        SEARCHES.put("chain by a family", "CarePlan?patient.family=fam%dx0");
        SEARCHES.put("_has a rare code", "Patient?_has:Condition:patient:code=http://ward%%7Ckrare0&x=%d");
    }

    public static void main(String[] args) throws Exception {
        List<Integer> sizes = args.length == 0
                ? List.of(10_000, 100_000, 1_000_000)
                : Arrays.stream(args).map(Integer::valueOf).toList();
        Map<String, List<Double>> table = new LinkedHashMap<>();
        ConfigurableApplicationContext context = new SpringApplication(ThroughcareApplication.class)
                .run("--server.port=0", "--server.address=127.0.0.1", "--throughcare.storage.home=target/growth-home", "--throughcare.demo=false",
                        "--throughcare.zone=UTC");
        try {
            URI base = URI.create("http://127.0.0.1:" + context.getEnvironment().getProperty("local.server.port") + "/fhir/");
            Ward ward = new Ward(context.getBean(Store.class));
            for (int size : sizes) {
                long start = System.nanoTime();
                int before = ward.patients();
                ward.fill(size);
                System.err.printf("%d resources in %.0f s%n", (ward.patients() - before) * Ward.EACH, (System.nanoTime() - start) / 1e9);
                try (Connection c = context.getBean(DataSource.class).getConnection(); java.sql.Statement s = c.createStatement()) {
                    s.execute("SET statement_timeout = 0");
                    s.execute("VACUUM ANALYZE");
                    s.execute("RESET statement_timeout");
                }
                Thread.sleep(31_000); // the planner reads the statistics every half minute
                measure(base, ward.patients(), table);
            }
        } finally {
            context.close();
        }
        System.out.println("| median ms | " + String.join(" | ", sizes.stream().map(n -> String.format("%,d", n)).toList()) + " | largest / smallest |\n|---"
                + "|---".repeat(sizes.size() + 1) + "|");
        table.forEach((name, ms) -> {
            StringBuilder line = new StringBuilder("| " + name);
            ms.forEach(m -> line.append(String.format(" | %.2f", m)));
            System.out.println(line.append(String.format(" | %.1f |", ms.get(ms.size() - 1) / ms.get(0))));
        });
    }

    private static void measure(URI base, int patients, Map<String, List<Double>> table) throws Exception {
        for (int round = 0; round < 2; round++) { // the first one warms up
            for (Map.Entry<String, String> e : SEARCHES.entrySet()) {
                List<Long> times = new ArrayList<>();
                try (Load.Connection c = new Load.Connection(base)) {
                    for (int i = 0; i < 300; i++) {
                        String url = base + String.format(e.getValue(), i * 7919 % patients).replaceAll("&x=\\d+", "");
                        long start = System.nanoTime();
                        int status = c.get(url);
                        times.add(System.nanoTime() - start);
                        if (status != 200) {
                            throw new IllegalStateException(url + " " + status);
                        }
                    }
                }
                if (round == 1) {
                    times.sort(null);
                    table.computeIfAbsent(e.getKey(), k -> new ArrayList<>()).add(times.get(times.size() / 2) / 1e6);
                }
            }
        }
    }
}
