import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** CPU of this process, of the PostgreSQL that it uses, and of the whole machine, in milliseconds so far (Linux). */
record Cpu(double server, double postgres, double machine) {

    static Cpu now() throws IOException {
        double postgres = 0;
        try (Stream<Path> all = Files.list(Path.of("/proc"))) {
            for (Path p : all.filter(f -> f.getFileName().toString().matches("\\d+")).toList()) {
                try {
                    String command = Files.readString(p.resolve("cmdline")).replace('\0', ' ');
                    if (command.contains(HOME) || command.startsWith("postgres:") && mine(p)) {
                        postgres += ticks(p);
                    }
                } catch (IOException e) {
                    // it ended meanwhile
                }
            }
        }
        String[] cpu = Files.readAllLines(Path.of("/proc/stat")).get(0).trim().split("\\s+");
        double machine = 0;
        for (int i : List.of(1, 2, 3, 6, 7)) {
            machine += Double.parseDouble(cpu[i]) * 10;
        }
        return new Cpu(ticks(Path.of("/proc/" + ProcessHandle.current().pid())), postgres, machine);
    }

    /** Part of the command line of the postmaster. */
    static String HOME = "bench-home";

    private static boolean mine(Path process) throws IOException {
        String parent = Files.readString(process.resolve("stat")).replaceAll("^.*\\) ", "").split(" ")[1];
        return !parent.equals("1") && Files.readString(Path.of("/proc/" + parent + "/cmdline")).contains(HOME);
    }

    private static double ticks(Path process) throws IOException {
        String[] fields = Files.readString(process.resolve("stat")).replaceAll("^.*\\) ", "").split(" ");
        return (Double.parseDouble(fields[11]) + Double.parseDouble(fields[12])) * 10;
    }

    Cpu since(Cpu before) {
        return new Cpu(server - before.server, postgres - before.postgres, machine - before.machine);
    }
}
