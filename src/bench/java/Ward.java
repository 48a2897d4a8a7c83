import io.github.throughcare.fhir.Visibility;
import io.github.throughcare.fhir.storage.Store;
import io.github.throughcare.fhir.storage.Write;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Invented records for the benchmarks, always the same: of each patient 100 resources (50 Observation, 15 Encounter, 14 Task, 10 Condition,
 * 8 ServiceRequest, 2 CarePlan, the Patient). One Task in ten is requested; code {@code hot} has one Observation in seven, each
 * {@code rareN} three resources in all.
 */
final class Ward {

    static final int EACH = 100;
    private static final String FILLER = "Seen at home; walks with a frame, sleeps through, eats well. ".repeat(4);

    private final Store store;
    private final JsonMapper mapper = new JsonMapper();
    private int patients;

    Ward(Store store) {
        this.store = store;
    }

    int patients() {
        return patients;
    }

    /** Fills up to so many resources, through the store's own writer, ten patients a transaction. */
    void fill(int resources) {
        while (patients * EACH < resources) {
            List<Write> writes = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                patient(patients++, writes);
            }
            store.loading(tx -> tx.write(writes, Visibility.everything()));
        }
    }

    private void patient(int p, List<Write> writes) {
        Random random = new Random(p);
        String subject = "\"subject\":{\"reference\":\"Patient/w" + p + "\"}";
        add(writes, "Patient", "w" + p, "\"name\":[{\"family\":\"Fam" + p % 5000 + "x" + p / 5000 + "\",\"given\":[\"Ann\"]}],\"gender\":\"female\",\"birthDate\":\"19"
                + (20 + p % 80) + "-01-01\",\"identifier\":[{\"system\":\"http://ward\",\"value\":\"" + p + "\"}]");
        for (int i = 0; i < 50; i++) {
            int n = p * 50 + i;
            String code = i % 7 == 0 ? "hot" : n % 1000 == 13 ? "rare" + n / 3000 : "c" + n % 400;
            add(writes, "Observation", "w" + p + "-o" + i, "\"status\":\"final\"," + subject + ",\"code\":{\"coding\":[{\"system\":\"http://ward\",\"code\":\""
                    + code + "\"}]},\"effectiveDateTime\":\"" + date(random) + "\",\"valueQuantity\":{\"value\":" + random.nextInt(200)
                    + ",\"unit\":\"mg\"},\"encounter\":{\"reference\":\"Encounter/w" + p + "-e" + i % 15 + "\"}");
        }
        for (int i = 0; i < 15; i++) {
            add(writes, "Encounter", "w" + p + "-e" + i, "\"status\":\"" + (i == 0 && p % 40 == 0 ? "in-progress" : "finished") + "\",\"class\":{\"code\":\""
                    + (i % 5 == 0 ? "IMP" : "AMB") + "\"}," + subject + ",\"period\":{\"start\":\"" + date(random) + "\"}");
        }
        for (int i = 0; i < 14; i++) {
            add(writes, "Task", "w" + p + "-t" + i, "\"status\":\"" + (random.nextInt(10) == 0 ? "requested" : "completed")
                    + "\",\"intent\":\"order\",\"for\":{\"reference\":\"Patient/w" + p + "\"},\"authoredOn\":\"" + date(random) + "\",\"owner\":{\"reference\":\"Practitioner/d"
                    + random.nextInt(2000) + "\"}");
        }
        for (int i = 0; i < 10; i++) {
            add(writes, "Condition", "w" + p + "-c" + i, "\"clinicalStatus\":{\"coding\":[{\"code\":\"" + (i % 3 == 0 ? "active" : "resolved") + "\"}]}," + subject
                    + ",\"code\":{\"coding\":[{\"system\":\"http://ward\",\"code\":\"k" + (p % 500 == 3 && i == 0 ? "rare" + p / 5000 : random.nextInt(300)) + "\"}]}");
        }
        for (int i = 0; i < 8; i++) {
            add(writes, "ServiceRequest", "w" + p + "-s" + i, "\"status\":\"active\",\"intent\":\"order\"," + subject + ",\"authoredOn\":\"" + date(random) + "\"");
        }
        for (int i = 0; i < 2; i++) {
            add(writes, "CarePlan", "w" + p + "-p" + i, "\"status\":\"" + (i == 0 ? "active" : "completed") + "\",\"intent\":\"plan\"," + subject
                    + ",\"period\":{\"start\":\"" + date(random) + "\"},\"addresses\":[{\"reference\":\"Condition/w" + p + "-c0\"}]");
        }
    }

    private static String date(Random random) {
        return String.format("20%02d-%02d-%02dT%02d:00:00Z", 10 + random.nextInt(16), 1 + random.nextInt(12), 1 + random.nextInt(28), random.nextInt(24));
    }

    private void add(List<Write> writes, String type, String id, String content) {
        ObjectNode body = (ObjectNode) mapper.readTree("{\"resourceType\":\"" + type + "\",\"id\":\"" + id
                + "\",\"text\":{\"status\":\"generated\",\"div\":\"<div xmlns=\\\"http://www.w3.org/1999/xhtml\\\">" + FILLER + "</div>\"}," + content + "}");
        writes.add(new Write(type, id, body, true, null, false, null));
    }
}
