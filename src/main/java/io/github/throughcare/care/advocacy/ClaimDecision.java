package io.github.throughcare.care.advocacy;

import io.github.throughcare.care.Ig;
import io.github.throughcare.fhir.WriteRule.Intent;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.ClaimResponse;
import org.hl7.fhir.r4.model.ClaimResponse.AdjudicationComponent;
import org.hl7.fhir.r4.model.ClaimResponse.ClaimResponseStatus;
import org.hl7.fhir.r4.model.ClaimResponse.RemittanceOutcome;
import org.hl7.fhir.r4.model.ClaimResponse.TotalComponent;
import org.hl7.fhir.r4.model.ClaimResponse.Use;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.ValueSet;
import org.jspecify.annotations.Nullable;

/**
 * What an insurer's answer decides. {@code ClaimResponse.outcome} says only how far the request was processed (R4 ClaimResponse,
 * RemittanceOutcome), so the decision is read from codes in its adjudications: in category, reason and extensions, where Da Vinci PAS
 * 2 puts its review action. Which codes say what are ValueSets of the guide. Without any the disposition is read for words of
 * refusal; what says nothing decides nothing. Pure.
 *
 * @param reasons in the insurer's words
 */
record ClaimDecision(Verdict verdict, List<String> reasons) {

    /** What was decided. */
    enum Verdict {
        DENIED,
        PARTLY,
        /** It came back with errors: nobody decided, and nobody will unless somebody sees to it. */
        NOT_PROCESSED,
        GRANTED,
        UNDECIDED,
        /** Cancelled, entered in error or deleted. */
        VOID;

        /** Has somebody to see to it? */
        boolean refuses() {
            return this == DENIED || this == PARTLY || this == NOT_PROCESSED;
        }
    }

    private static final String ADJUDICATION = "http://terminology.hl7.org/CodeSystem/adjudication";
    private static final int WORDS = 400;
    private static final Pattern REFUSAL = Pattern.compile(
            "\\b(denied|denial|declined|refused|rejected|not (certified|covered|approved|authori[sz]ed)|non-?certified|adverse determination)\\b",
            Pattern.CASE_INSENSITIVE);

    ClaimDecision {
        reasons = List.copyOf(reasons);
    }

    /** The codes that decide, {@code system|code} each. */
    record Codes(Set<String> denied, Set<String> partly, Set<String> granted, Set<String> pended) {

        static Codes of(Intent intent) {
            List<ValueSet> sets = intent.search(
                    ValueSet.class,
                    "url="
                            + Stream.of("denied", "partly-denied", "granted", "pended")
                                    .map(Codes::url)
                                    .collect(Collectors.joining(",")));
            return new Codes(
                    codes(sets, "denied"), codes(sets, "partly-denied"), codes(sets, "granted"), codes(sets, "pended"));
        }

        private static String url(String name) {
            return Ig.BASE + "/ValueSet/claim-" + name;
        }

        private static Set<String> codes(List<ValueSet> sets, String name) {
            return sets.stream()
                    .filter(s -> url(name).equals(s.getUrl()))
                    .flatMap(s -> s.getCompose().getInclude().stream())
                    .flatMap(i -> i.getConcept().stream().map(c -> i.getSystem() + "|" + c.getCode()))
                    .collect(Collectors.toUnmodifiableSet());
        }

        private @Nullable Verdict of(Set<String> found) {
            return found.stream().anyMatch(denied::contains)
                    ? Verdict.DENIED
                    : found.stream().anyMatch(partly::contains)
                            ? Verdict.PARTLY
                            : found.stream().anyMatch(pended::contains)
                                    ? Verdict.UNDECIDED
                                    : found.stream().anyMatch(granted::contains) ? Verdict.GRANTED : null;
        }
    }

    /** One thing that was asked for, and what stands about it. */
    private record Part(List<AdjudicationComponent> adjudications, List<Extension> extensions) {

        Set<String> codes() {
            Set<String> codes = new TreeSet<>();
            adjudications.forEach(a -> {
                add(a.getCategory(), codes);
                add(a.getReason(), codes);
                add(a.getExtension(), codes);
            });
            add(extensions, codes);
            return codes;
        }

        private static void add(List<Extension> extensions, Set<String> codes) {
            for (Extension e : extensions) {
                if (e.getValue() instanceof CodeableConcept concept) {
                    add(concept, codes);
                } else if (e.getValue() instanceof Coding coding) {
                    codes.add(coding.getSystem() + "|" + coding.getCode());
                }
                add(e.getExtension(), codes);
            }
        }

        private static void add(CodeableConcept concept, Set<String> codes) {
            concept.getCoding().forEach(c -> codes.add(c.getSystem() + "|" + c.getCode()));
        }
    }

    static ClaimDecision of(@Nullable ClaimResponse response, Codes codes) {
        if (response == null
                || response.getStatus() == ClaimResponseStatus.CANCELLED
                || response.getStatus() == ClaimResponseStatus.ENTEREDINERROR) {
            return new ClaimDecision(Verdict.VOID, List.of());
        }
        if (response.getStatus() != ClaimResponseStatus.ACTIVE || response.getOutcome() == RemittanceOutcome.QUEUED) {
            return new ClaimDecision(Verdict.UNDECIDED, List.of());
        }
        List<Part> parts = parts(response);
        Verdict coded = coded(response, parts, codes);
        return new ClaimDecision(coded != null ? coded : uncoded(response), reasons(response, parts));
    }

    /** Items, with what stands about their details. */
    private static List<Part> parts(ClaimResponse response) {
        List<Part> parts = new ArrayList<>();
        response.getItem().forEach(i -> {
            List<AdjudicationComponent> all = new ArrayList<>(i.getAdjudication());
            i.getDetail().forEach(d -> {
                all.addAll(d.getAdjudication());
                d.getSubDetail().forEach(s -> all.addAll(s.getAdjudication()));
            });
            parts.add(new Part(all, i.getExtension()));
        });
        response.getAddItem().forEach(i -> {
            List<AdjudicationComponent> all = new ArrayList<>(i.getAdjudication());
            i.getDetail().forEach(d -> {
                all.addAll(d.getAdjudication());
                d.getSubDetail().forEach(s -> all.addAll(s.getAdjudication()));
            });
            parts.add(new Part(all, i.getExtension()));
        });
        return parts;
    }

    private static @Nullable Verdict coded(ClaimResponse response, List<Part> parts, Codes codes) {
        Verdict whole = codes.of(new Part(response.getAdjudication(), response.getExtension()).codes());
        if (whole == Verdict.DENIED) {
            return whole;
        }
        List<Verdict> each = new ArrayList<>();
        parts.forEach(p -> each.add(codes.of(p.codes())));
        boolean denied = each.contains(Verdict.DENIED);
        if (denied && each.stream().allMatch(v -> v == Verdict.DENIED)) {
            return Verdict.DENIED;
        }
        if (denied || whole == Verdict.PARTLY || each.contains(Verdict.PARTLY)) {
            return Verdict.PARTLY;
        }
        if (whole == Verdict.UNDECIDED || each.contains(Verdict.UNDECIDED)) {
            return Verdict.UNDECIDED;
        }
        if (whole == Verdict.GRANTED || !each.isEmpty() && each.stream().allMatch(v -> v == Verdict.GRANTED)) {
            return Verdict.GRANTED;
        }
        return each.contains(Verdict.GRANTED) ? Verdict.UNDECIDED : null;
    }

    private static Verdict uncoded(ClaimResponse response) {
        if (response.hasDisposition()
                && REFUSAL.matcher(response.getDisposition()).find()) {
            return Verdict.DENIED;
        }
        if (response.getOutcome() == RemittanceOutcome.ERROR) {
            return Verdict.NOT_PROCESSED;
        }
        boolean authorized = response.getUse() == Use.PREAUTHORIZATION
                && response.hasPreAuthRef()
                && response.getOutcome() == RemittanceOutcome.COMPLETE;
        return authorized || paidInFull(response) ? Verdict.GRANTED : Verdict.UNDECIDED;
    }

    private static boolean paidInFull(ClaimResponse response) {
        BigDecimal asked = total(response, "submitted");
        BigDecimal paid = total(response, "benefit");
        return asked != null && paid != null && asked.signum() > 0 && paid.compareTo(asked) >= 0;
    }

    private static @Nullable BigDecimal total(ClaimResponse response, String category) {
        return response.getTotal().stream()
                .filter(t -> t.getCategory().hasCoding(ADJUDICATION, category))
                .map(TotalComponent::getAmount)
                .filter(a -> a.hasValue())
                .map(a -> a.getValue())
                .findFirst()
                .orElse(null);
    }

    private static List<String> reasons(ClaimResponse response, List<Part> parts) {
        List<String> reasons = new ArrayList<>();
        if (response.hasDisposition()) {
            reasons.add(response.getDisposition());
        }
        Stream.concat(response.getAdjudication().stream(), parts.stream().flatMap(p -> p.adjudications().stream()))
                .map(AdjudicationComponent::getReason)
                .map(ClaimDecision::words)
                .forEach(reasons::add);
        response.getError().forEach(e -> reasons.add(words(e.getCode())));
        response.getProcessNote().forEach(n -> reasons.add(String.valueOf(n.getText())));
        return reasons.stream()
                .map(String::strip)
                .filter(r -> !r.isEmpty())
                .distinct()
                .map(r -> r.length() > WORDS ? r.substring(0, WORDS) : r)
                .limit(5)
                .toList();
    }

    private static String words(CodeableConcept concept) {
        return concept.hasText()
                ? concept.getText()
                : concept.getCoding().stream()
                        .map(c -> c.hasDisplay() ? c.getDisplay() : String.valueOf(c.getCode()))
                        .findFirst()
                        .orElse("");
    }
}
