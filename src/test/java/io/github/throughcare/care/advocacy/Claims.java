package io.github.throughcare.care.advocacy;

import ca.uhn.fhir.context.FhirContext;
import io.github.throughcare.care.Ig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.ActivityDefinition;
import org.hl7.fhir.r4.model.Claim;
import org.hl7.fhir.r4.model.ClaimResponse;
import org.hl7.fhir.r4.model.ClaimResponse.AdjudicationComponent;
import org.hl7.fhir.r4.model.ClaimResponse.ClaimResponseStatus;
import org.hl7.fhir.r4.model.ClaimResponse.RemittanceOutcome;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Coverage;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.ValueSet;
import org.jspecify.annotations.Nullable;

/** What an insurer is asked and answers. */
final class Claims {

    static final String REVIEW = "https://codesystem.x12.org/005010/306";
    private static final String PAS = "http://hl7.org/fhir/us/davinci-pas/StructureDefinition/";

    private Claims() {}

    /** An answer to {@code Claim/c} about Ann, without anything that decides. */
    static ClaimResponse answer(String id) {
        ClaimResponse answer = new ClaimResponse();
        answer.setId("ClaimResponse/" + id);
        answer.setStatus(ClaimResponseStatus.ACTIVE).setOutcome(RemittanceOutcome.COMPLETE);
        answer.setUse(ClaimResponse.Use.PREAUTHORIZATION);
        answer.setPatient(new Reference("Patient/ann")).setRequest(new Reference("Claim/c"));
        answer.setCreatedElement(new DateTimeType("2026-11-20"));
        return answer;
    }

    /** The same with an item for each code of the review (X12 306), where Da Vinci PAS puts it; a minus is an item without. */
    static ClaimResponse reviewed(String id, String... codes) {
        ClaimResponse answer = answer(id);
        for (String code : codes) {
            AdjudicationComponent adjudication = answer.addItem().addAdjudication();
            adjudication.setCategory(new CodeableConcept(
                    new Coding("http://terminology.hl7.org/CodeSystem/adjudication", "submitted", null)));
            if (!code.equals("-")) {
                Extension review = adjudication.addExtension().setUrl(PAS + "extension-reviewAction");
                review.addExtension(
                        PAS + "extension-reviewActionCode", new CodeableConcept(new Coding(REVIEW, code, null)));
            }
        }
        return answer;
    }

    static Claim claim(String id, @Nullable String prior) {
        Claim claim = new Claim();
        claim.setId("Claim/" + id);
        claim.setReferral(new Reference("ServiceRequest/s"));
        claim.addInsurance().setFocal(false).setCoverage(new Reference("Coverage/other"));
        claim.addInsurance().setFocal(true).setCoverage(new Reference("Coverage/v"));
        if (prior != null) {
            claim.addRelated()
                    .setClaim(new Reference("Claim/" + prior))
                    .setRelationship(new CodeableConcept(new Coding("x", "prior", null)));
        }
        return claim;
    }

    static Coverage coverage(String type) {
        Coverage coverage = new Coverage();
        coverage.setId("Coverage/v");
        coverage.setType(new CodeableConcept(new Coding("https://nahdo.org/sopt", type, null)));
        return coverage;
    }

    static ClaimDecision.Codes codes() {
        return ClaimDecision.Codes.of(new io.github.throughcare.care.FakeIntent(
                null, null, io.github.throughcare.fhir.WriteRule.Actor.SYSTEM, guide().toArray(Resource[]::new)));
    }

    /** The definitions of the guide that decide. */
    static List<Resource> guide() {
        return Stream.concat(
                        Stream.of("denied", "partly-denied", "granted", "pended")
                                .map(n -> read(ValueSet.class, "valuesets/ValueSet-claim-" + n)),
                        Stream.of("appeal-commercial", "appeal-medicare-advantage", "external-review-commercial")
                                .map(n -> read(
                                        ActivityDefinition.class, "activitydefinitions/ActivityDefinition-clock-" + n)))
                .toList();
    }

    private static <T extends Resource> Resource read(Class<T> type, String file) {
        try {
            return FhirContext.forR4Cached()
                    .newJsonParser()
                    .parseResource(type, Files.readString(Path.of("ig/input/" + file + ".json")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String clock(String name) {
        return Ig.BASE + "/ActivityDefinition/clock-" + name;
    }
}
