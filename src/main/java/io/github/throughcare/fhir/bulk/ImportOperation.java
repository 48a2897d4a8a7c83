package io.github.throughcare.fhir.bulk;

import io.github.throughcare.fhir.FhirOperation;
import io.github.throughcare.fhir.OperationCall;
import io.github.throughcare.fhir.Problem;
import io.github.throughcare.fhir.bulk.ImportLog.Counts;
import io.github.throughcare.fhir.bulk.ImportLog.Refused;
import io.github.throughcare.fhir.bulk.NdjsonBatches.Batch;
import io.github.throughcare.fhir.index.SearchParameters;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.util.Date;
import java.util.List;
import java.util.Set;
import org.hl7.fhir.r4.model.CodeType;
import org.hl7.fhir.r4.model.InstantType;
import org.hl7.fhir.r4.model.IntegerType;
import org.hl7.fhir.r4.model.OperationOutcome;
import org.hl7.fhir.r4.model.OperationOutcome.IssueSeverity;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Parameters.ParametersParameterComponent;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.UriType;
import org.springframework.stereotype.Component;

/**
 * {@code $import}: loads NDJSON files by the bulk-import manifest (inputFormat, inputSource, input with type and url). Ids are kept;
 * several lines of one resource become its versions, in the order of the file; a line that equals what is stored makes no version.
 * Lines that are no valid resource of the file's type are refused one by one. Always a job, run again after a kill: batches that are
 * stored are left out, so nothing is doubled and nothing missed.
 */
@Component
final class ImportOperation implements FhirOperation {

    private final ImportSources sources;
    private final ImportWriter writer;
    private final ImportLog log;
    private final SearchParameters types;
    private final BulkSettings settings;
    private final long longest;
    private final Clock clock;

    ImportOperation(
            ImportSources sources,
            ImportWriter writer,
            ImportLog log,
            SearchParameters types,
            BulkSettings settings,
            @org.springframework.beans.factory.annotation.Value("${throughcare.rest.max-body:80MB}")
                    org.springframework.util.unit.DataSize maxBody,
            Clock clock) {
        this.sources = sources;
        this.writer = writer;
        this.log = log;
        this.types = types;
        this.settings = settings;
        this.longest = maxBody.toBytes();
        this.clock = clock;
    }

    @Override
    public String definition() {
        return "import";
    }

    /** What is wrong with the manifest is said at once. */
    @Override
    public boolean asynchronous(OperationCall call) {
        manifest(call);
        return true;
    }

    @Override
    public boolean resumable() {
        return true;
    }

    private ImportManifest manifest(OperationCall call) {
        ImportManifest manifest = ImportManifest.of(call.in());
        for (ImportManifest.Input input : manifest.inputs()) {
            if (!types.isType(input.type())) {
                throw Problem.malformed(input.type() + " is no FHIR R4 resource type", "Parameters.parameter");
            }
            sources.check(input.url());
        }
        return manifest;
    }

    @Override
    public Resource run(OperationCall call) {
        OperationCall.Job job = call.job();
        if (job == null) {
            throw new Problem(
                    400, IssueType.REQUIRED, "$import is answered later: send the header Prefer: respond-async");
        }
        ImportManifest manifest = manifest(call);
        try (ImportLanes lanes = new ImportLanes(writer, settings.writersOrCores())) {
            for (int file = 0; file < manifest.inputs().size(); file++) {
                load(call, job.id(), manifest, file, lanes);
            }
            lanes.drain();
        }
        return result(manifest, job.id());
    }

    private void load(OperationCall call, String job, ImportManifest manifest, int file, ImportLanes lanes) {
        ImportManifest.Input input = manifest.inputs().get(file);
        ImportWriter.Place place = new ImportWriter.Place(job, file, input.type(), call.visibility());
        Set<Integer> done = log.done(job, file);
        try (InputStream in = sources.open(input.url())) {
            NdjsonBatches batches = new NdjsonBatches(in, (int) Math.min(longest, Integer.MAX_VALUE - 8));
            for (Batch batch = batches.next(); batch != null; batch = batches.next()) {
                if (!done.contains(batch.number())) {
                    lanes.submit(place, batch);
                }
                call.progress("file " + (file + 1) + " of " + manifest.inputs().size() + " (" + input.type() + "): "
                        + lanes.stored() + " resources stored, " + lanes.refused() + " refused");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(input.url() + " could not be read to its end", e);
        }
    }

    private Parameters result(ImportManifest manifest, String job) {
        Parameters result = new Parameters();
        result.addParameter("transactionTime", new InstantType(Date.from(clock.instant())));
        long refused = 0;
        for (int file = 0; file < manifest.inputs().size(); file++) {
            ImportManifest.Input input = manifest.inputs().get(file);
            Counts counts = log.counts(job, file);
            refused += counts.refused();
            ParametersParameterComponent output = result.addParameter().setName("output");
            output.addPart().setName("type").setValue(new CodeType(input.type()));
            output.addPart()
                    .setName("inputUrl")
                    .setValue(new UriType(input.url().toString()));
            number(output, "count", counts.stored());
            number(output, "created", counts.created());
            number(output, "updated", counts.updated());
            number(output, "unchanged", counts.unchanged());
            number(output, "refused", counts.refused());
        }
        result.addParameter("refused", new IntegerType(refused));
        List<Refused> named = log.refused(job);
        for (Refused r : named) {
            String url = manifest.inputs().get(r.file()).url().toString();
            OperationOutcome outcome = new OperationOutcome();
            outcome.addIssue()
                    .setSeverity(IssueSeverity.ERROR)
                    .setCode(IssueType.INVALID)
                    .setDiagnostics(url + " line " + r.line() + ": " + r.why());
            ParametersParameterComponent error = result.addParameter().setName("error");
            error.addPart().setName("inputUrl").setValue(new UriType(url));
            error.addPart().setName("line").setValue(new IntegerType(r.line()));
            error.addPart().setName("outcome").setResource(outcome);
        }
        return result;
    }

    private static void number(ParametersParameterComponent parent, String name, long value) {
        parent.addPart().setName(name).setValue(new IntegerType(value));
    }
}
