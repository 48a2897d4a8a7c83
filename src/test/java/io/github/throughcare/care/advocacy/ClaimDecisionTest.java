package io.github.throughcare.care.advocacy;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.throughcare.care.advocacy.ClaimDecision.Codes;
import io.github.throughcare.care.advocacy.ClaimDecision.Verdict;
import java.math.BigDecimal;
import java.util.List;
import org.hl7.fhir.r4.model.ClaimResponse;
import org.hl7.fhir.r4.model.ClaimResponse.ClaimResponseStatus;
import org.hl7.fhir.r4.model.ClaimResponse.RemittanceOutcome;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.Money;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClaimDecisionTest {

    private static final Codes CODES = Claims.codes();
    private static final String REASON = "http://terminology.hl7.org/CodeSystem/adjudication-reason";
    private static final String ADJUDICATION = "http://terminology.hl7.org/CodeSystem/adjudication";

    @ParameterizedTest
    @CsvSource({
        "A3, DENIED",
        "A1, GRANTED",
        "A2, PARTLY",
        "A6, PARTLY",
        "A4, UNDECIDED",
        "C, UNDECIDED",
        "A3 A3, DENIED",
        "A1 A1, GRANTED",
        "A1 A3, PARTLY",
        "A3 A4, PARTLY",
        "A1 A4, UNDECIDED",
        "A2 A4, PARTLY",
        "A3 -, PARTLY",
        "A1 -, UNDECIDED",
    })
    void the_review_of_each_item(String codes, Verdict verdict) {
        assertThat(of(Claims.reviewed("r", codes.split(" "))).verdict()).isEqualTo(verdict);
    }

    @ParameterizedTest
    @CsvSource({"ar001, DENIED", "ar002, PARTLY"})
    void the_reason_of_an_adjudication(String code, Verdict verdict) {
        ClaimResponse answer = Claims.answer("r");
        answer.addItem().addAdjudication().setReason(new CodeableConcept(new Coding(REASON, code, "Not for this")));
        assertThat(of(answer)).isEqualTo(new ClaimDecision(verdict, List.of("Not for this")));
        ClaimResponse added = Claims.answer("r");
        added.addAddItem().addDetail().addAdjudication().setReason(new CodeableConcept(new Coding(REASON, code, null)));
        assertThat(of(added).verdict()).isEqualTo(verdict);
        ClaimResponse whole = Claims.answer("r");
        whole.addItem().addDetail().addSubDetail();
        whole.addAdjudication().setReason(new CodeableConcept(new Coding(REASON, code, null)));
        assertThat(of(whole).verdict()).isEqualTo(verdict);
    }

    @Test
    void the_review_may_stand_on_the_item_itself() {
        ClaimResponse answer = Claims.answer("r");
        answer.addItem()
                .addExtension(new Extension("http://example.org/review", new Coding(Claims.REVIEW, "A3", null)));
        assertThat(of(answer).verdict()).isEqualTo(Verdict.DENIED);
        // the same code in another system is another code
        ClaimResponse other = Claims.answer("r");
        other.addItem().addExtension(new Extension("http://example.org/review", new Coding("x", "A3", null)));
        assertThat(of(other).verdict()).isEqualTo(Verdict.UNDECIDED);
    }

    @ParameterizedTest
    @CsvSource({
        // status, outcome, disposition, authorization: verdict
        "active, complete, , , UNDECIDED",
        "active, complete, , AUTH1, GRANTED",
        "active, partial, , AUTH1, UNDECIDED",
        "active, complete, Denied: not medically necessary, , DENIED",
        "active, complete, Request not approved, AUTH1, DENIED",
        "active, complete, Claim settled as per contract., , UNDECIDED",
        "active, partial, Home health is NOT COVERED, , DENIED",
        "active, error, , , NOT_PROCESSED",
        "active, error, Claim could not be processed, , NOT_PROCESSED",
        "active, error, Non-certified, , DENIED",
        "active, queued, Denied, , UNDECIDED",
        "draft, complete, Denied, , UNDECIDED",
        "cancelled, complete, Denied, , VOID",
        "entered-in-error, complete, , AUTH1, VOID",
    })
    void without_codes(
            String status,
            String outcome,
            @Nullable String disposition,
            @Nullable String authorization,
            Verdict verdict) {
        ClaimResponse answer = Claims.answer("r");
        answer.setStatus(ClaimResponseStatus.fromCode(status)).setOutcome(RemittanceOutcome.fromCode(outcome));
        answer.setDisposition(disposition).setPreAuthRef(authorization);
        assertThat(of(answer).verdict()).isEqualTo(verdict);
    }

    @ParameterizedTest
    @CsvSource({"100, 100, GRANTED", "100, 120, GRANTED", "100, 80, UNDECIDED", "100, 0, UNDECIDED", "0, 0, UNDECIDED"})
    void what_is_paid_in_full_is_granted_and_a_copayment_is_no_denial(int asked, int paid, Verdict verdict) {
        ClaimResponse answer = Claims.answer("r").setUse(ClaimResponse.Use.CLAIM);
        answer.setPreAuthRef("AUTH1"); // of the authorization before it
        total(answer, "submitted", asked);
        total(answer, "benefit", paid);
        assertThat(of(answer).verdict()).isEqualTo(verdict);
    }

    @Test
    void the_insurers_words_are_kept() {
        ClaimResponse answer = Claims.reviewed("r", "A3");
        answer.setDisposition(" Denied ");
        answer.getItemFirstRep().getAdjudicationFirstRep().setReason(new CodeableConcept().setText("Not necessary"));
        answer.addProcessNote().setText("Peer review on request");
        answer.addProcessNote().setText("Denied");
        answer.addError().setCode(new CodeableConcept(new Coding("x", "e1", null)));
        assertThat(of(answer).reasons()).containsExactly("Denied", "Not necessary", "e1", "Peer review on request");
        assertThat(of(null).verdict()).isEqualTo(Verdict.VOID);
    }

    private static ClaimDecision of(@Nullable ClaimResponse answer) {
        return ClaimDecision.of(answer, CODES);
    }

    private static void total(ClaimResponse answer, String category, int amount) {
        answer.addTotal()
                .setCategory(new CodeableConcept(new Coding(ADJUDICATION, category, null)))
                .setAmount(new Money().setValue(BigDecimal.valueOf(amount)));
    }
}
