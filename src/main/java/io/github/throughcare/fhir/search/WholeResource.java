package io.github.throughcare.fhir.search;

import io.github.throughcare.fhir.Problem;
import io.github.throughcare.fhir.index.Keys;
import io.github.throughcare.fhir.index.LocalReference;
import io.github.throughcare.fhir.index.Text;
import io.github.throughcare.fhir.storage.FullText;
import io.github.throughcare.fhir.storage.Stored;
import io.github.throughcare.fhir.storage.Tx;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Criteria that are about a resource as a whole: {@code _list}, {@code _text} and {@code _content}. */
final class WholeResource {

    static final Set<String> NAMES = Set.of("_list", "_text", "_content");

    private final Keys keys;
    private final FullText fullText;
    private final JsonMapper mapper;

    WholeResource(Keys keys, FullText fullText, JsonMapper mapper) {
        this.keys = keys;
        this.fullText = fullText;
        this.mapper = mapper;
    }

    /** @throws Problem 400 for an unknown list, or no words */
    Criterion of(String name, String value, Caller caller) {
        if (value.isBlank()) {
            throw Problem.malformed("Search parameter " + name + " has no value", null);
        }
        List<String> values =
                Values.split(value, ',').stream().map(Values::plain).toList();
        if (values.size() > SearchSettings.MAX_OR_VALUES) {
            throw new Problem(
                    400,
                    IssueType.TOOCOSTLY,
                    name + " has " + values.size() + " values; the most are " + SearchSettings.MAX_OR_VALUES);
        }
        return name.equals("_list")
                ? new Criterion.Ids(values.stream()
                        .flatMapToLong(id -> entries(id, caller))
                        .distinct()
                        .toArray())
                : Criterion.anyOf(
                        values.stream().map(v -> words(name, v, caller)).toList());
    }

    /** The resources that a List names now: entries marked as deleted are no longer in it. */
    private LongStream entries(String id, Caller caller) {
        Stored list = caller.reader()
                .read("List", id.startsWith("List/") ? id.substring(5) : id, caller.visibility())
                .filter(s -> !s.deleted())
                .orElseThrow(() -> new Problem(
                        400, IssueType.NOTFOUND, "_list: List/" + id + " is not known; it takes the id of a List"));
        JsonNode entries = mapper.readTree(list.requireJson()).get("entry");
        LongStream.Builder found = LongStream.builder();
        if (entries != null) {
            for (JsonNode entry : entries) {
                JsonNode deleted = entry.get("deleted");
                JsonNode item = entry.get("item");
                JsonNode reference = item == null ? null : item.get("reference");
                if (reference != null && (deleted == null || !deleted.asBoolean())) {
                    LocalReference.parse(reference.asString()).ifPresent(r -> found.add(keys.self(r.type(), r.id())));
                }
            }
        }
        return found.build();
    }

    private Criterion words(String name, String value, Caller caller) {
        String folded = Text.fold(value);
        if (folded.codePoints().noneMatch(Character::isLetterOrDigit)) {
            throw Problem.malformed("Search parameter " + name + " needs letters or digits to look for", null);
        }
        if (caller.reader() instanceof Tx) {
            throw new Problem(
                    400, IssueType.NOTSUPPORTED, name + " cannot be a condition of a write; use an identifier");
        }
        WordQuery words = WordQuery.parse(name, folded);
        fullText.bringUpToDate();
        return new ValueCriterion.HasWords(name.equals("_text") ? "narrative" : "content", words);
    }
}
