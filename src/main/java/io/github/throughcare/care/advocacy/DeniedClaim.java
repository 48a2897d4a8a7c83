package io.github.throughcare.care.advocacy;

import io.github.throughcare.care.TaskLife;
import io.github.throughcare.fhir.WriteRule.Intent;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.Claim;
import org.hl7.fhir.r4.model.ClaimResponse;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Task;

/**
 * What an insurer's answer is about, and the Tasks that follow it.
 *
 * @param own the ClaimResponse
 * @param claims its Claim, and those that were prior to it (an appeal is a Claim that relates to the first as {@code prior})
 * @param referrals ServiceRequests that the Claim was made for
 * @param coverages that are to pay
 */
record DeniedClaim(String own, Set<String> claims, Set<String> referrals, List<Reference> coverages) {

    DeniedClaim {
        claims = Set.copyOf(claims);
        referrals = Set.copyOf(referrals);
        coverages = List.copyOf(coverages);
    }

    static DeniedClaim of(ClaimResponse response, Intent intent) {
        Set<String> claims = new TreeSet<>();
        Set<String> referrals = new TreeSet<>();
        List<Reference> coverages = response.getInsurance().stream()
                .map(ClaimResponse.InsuranceComponent::getCoverage)
                .toList();
        Optional<Claim> claim = claim(response.getRequest(), intent);
        if (isHere(response.getRequest(), "Claim")) {
            claims.add(local(response.getRequest()));
        }
        if (claim.isPresent()) {
            claim.get().getRelated().stream()
                    .filter(r -> r.getRelationship().getCoding().stream().anyMatch(c -> "prior".equals(c.getCode())))
                    .map(Claim.RelatedClaimComponent::getClaim)
                    .filter(r -> isHere(r, "Claim"))
                    .forEach(r -> claims.add(local(r)));
            if (isHere(claim.get().getReferral(), "ServiceRequest")) {
                referrals.add(local(claim.get().getReferral()));
            }
            if (coverages.isEmpty()) {
                coverages = claim.get().getInsurance().stream()
                        .sorted(Comparator.comparing(i -> !i.getFocal()))
                        .limit(1)
                        .map(Claim.InsuranceComponent::getCoverage)
                        .toList();
            }
        }
        return new DeniedClaim("ClaimResponse/" + response.getIdElement().getIdPart(), claims, referrals, coverages);
    }

    private static Optional<Claim> claim(Reference request, Intent intent) {
        return isHere(request, "Claim")
                ? intent.current(Claim.class, request.getReferenceElement().getIdPart())
                : Optional.empty();
    }

    /** Names something of this type here; the same id at another server is something else. */
    static boolean isHere(Reference reference, String type) {
        return type.equals(reference.getReferenceElement().getResourceType())
                && !reference.getReferenceElement().isAbsolute();
    }

    private static String local(Reference reference) {
        return String.valueOf(
                reference.getReferenceElement().toUnqualifiedVersionless().getValue());
    }

    /** Open Tasks about it, each locked; also one that somebody made by hand for the ServiceRequest. */
    List<Task> open(Intent intent) {
        Set<String> names = new TreeSet<>(claims);
        names.add(own);
        return Stream.concat(names.stream(), referrals.stream())
                .flatMap(n -> Stream.of("focus=" + n, "based-on=" + n))
                .flatMap(q -> DeniedServices.all(q, intent).stream())
                .filter(t -> AdvocacyLife.kind(t).equals(AdvocacyLife.DENIED))
                .map(t -> t.getIdElement().getIdPart())
                .distinct()
                .sorted()
                .flatMap(id -> intent.current(Task.class, id).stream())
                .filter(t -> TaskLife.OPEN.contains(t.getStatus()))
                .filter(t -> isAbout(t, names))
                .toList();
    }

    private boolean isAbout(Task task, Set<String> names) {
        boolean claimed = task.getBasedOn().stream().map(DeniedClaim::local).anyMatch(b -> b.startsWith("Claim/"));
        return names.contains(local(task.getFocus()))
                || task.getBasedOn().stream().map(DeniedClaim::local).anyMatch(names::contains)
                || !claimed && referrals.contains(local(task.getFocus()));
    }

    /** Adds what the Task is based on, so that the next answer to the same claim finds it. */
    void link(Task task) {
        Set<String> known = task.getBasedOn().stream().map(DeniedClaim::local).collect(Collectors.toSet());
        Stream.concat(claims.stream(), referrals.stream())
                .filter(r -> !known.contains(r))
                .forEach(r -> task.addBasedOn(new Reference(r)));
    }
}
