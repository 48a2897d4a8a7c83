package io.github.throughcare.care.referral;

import io.github.throughcare.care.FacilityTime;
import io.github.throughcare.care.Ig;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.Address;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Condition;
import org.hl7.fhir.r4.model.Coverage;
import org.hl7.fhir.r4.model.DecimalType;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.HealthcareService;
import org.hl7.fhir.r4.model.HealthcareService.HealthcareServiceEligibilityComponent;
import org.hl7.fhir.r4.model.Location;
import org.hl7.fhir.r4.model.Patient;

/**
 * How well a service suits a person, from 0 to 1, with a reason for each part of it. The weights are this guide's own
 * (docs/spec-notes.md): what is not known neither helps nor hurts. A service without capacity scores below every one that may have
 * some. Pure.
 */
record ServiceMatch(HealthcareService service, double score, List<CodeableConcept> reasons) {

    private static final String GEOLOCATION = "http://hl7.org/fhir/StructureDefinition/geolocation";
    private static final double EARTH_KM = 6371.0;
    private static final double UNKNOWN = 0.5;
    private static final Set<String> NO_CAPACITY = Set.of("no-capacity", "at-capacity", "no-capacity-has-waitlist");
    private static final Set<String> WAITLIST =
            Set.of("waitlist", "has-waitlist", "no-capacity-has-waitlist", "not-enrolled-on-waitlist");

    /** Best first; what is equal stands in order of names. */
    static final Comparator<ServiceMatch> ORDER = Comparator.comparingDouble((ServiceMatch m) -> -m.score)
            .thenComparing(m -> String.valueOf(m.service.getName()))
            .thenComparing(m -> m.service.getIdElement().getIdPart());

    /**
     * Who looks for a service.
     *
     * @param conditions open needs and problems
     * @param coverages active insurance
     */
    record Seeker(Patient patient, List<Condition> conditions, List<Coverage> coverages, FacilityTime time) {}

    /** How full a service is. */
    enum Capacity {
        OPEN,
        UNKNOWN,
        WAITLIST,
        FULL_WITH_WAITLIST,
        NONE
    }

    private record Part(double weight, double value, String code, String text) {}

    static ServiceMatch of(HealthcareService service, List<Location> locations, Seeker seeker) {
        Capacity capacity = capacity(service);
        List<Part> parts = Stream.of(
                        eligibility(service, seeker),
                        language(service, seeker.patient()),
                        distance(locations, seeker.patient()),
                        hours(service, seeker.time()),
                        coverage(service, seeker),
                        area(service, locations, seeker.patient()),
                        capacity(capacity))
                .flatMap(Optional::stream)
                .toList();
        double known = parts.stream().mapToDouble(Part::weight).sum();
        double sum = parts.stream().mapToDouble(p -> p.weight() * p.value()).sum();
        double fit = known == 0 ? UNKNOWN : sum / known;
        List<CodeableConcept> reasons = new ArrayList<>();
        reasons.add(reason("need", "Answers the need"));
        parts.forEach(p -> reasons.add(reason(p.code(), p.text())));
        boolean full = capacity == Capacity.NONE || capacity == Capacity.FULL_WITH_WAITLIST;
        double score = full ? 0.25 * fit : 0.3 + 0.7 * fit;
        return new ServiceMatch(service, Math.round(score * 1000) / 1000.0, reasons);
    }

    private static CodeableConcept reason(String code, String text) {
        return new CodeableConcept(
                        new Coding().setSystem(Ig.codeSystem("match-reason")).setCode(code))
                .setText(text);
    }

    private static Optional<Part> eligibility(HealthcareService service, Seeker seeker) {
        if (!service.hasEligibility()) {
            return Optional.empty();
        }
        Set<String> has = seeker.conditions().stream()
                .flatMap(c -> Stream.concat(
                        c.getCode().getCoding().stream(),
                        c.getCategory().stream().flatMap(k -> k.getCoding().stream())))
                .map(c -> c.getSystem() + "|" + c.getCode())
                .collect(Collectors.toSet());
        List<Coding> asked = service.getEligibility().stream()
                .map(HealthcareServiceEligibilityComponent::getCode)
                .flatMap(c -> c.getCoding().stream())
                .toList();
        boolean meets = asked.stream().anyMatch(c -> has.contains(c.getSystem() + "|" + c.getCode()));
        String comment = service.getEligibility().stream()
                .map(e -> e.hasComment() ? e.getComment() : e.getCode().getText())
                .filter(java.util.Objects::nonNull)
                .collect(Collectors.joining("; "));
        return Optional.of(new Part(
                2,
                meets ? 1 : UNKNOWN,
                "eligibility",
                meets
                        ? "Meets a criterion of eligibility"
                        : "Eligibility to be checked" + (comment.isEmpty() ? "" : ": " + comment)));
    }

    private static Optional<Part> language(HealthcareService service, Patient patient) {
        if (!patient.hasCommunication() || !service.hasCommunication()) {
            return Optional.empty();
        }
        Set<String> offered = service.getCommunication().stream()
                .flatMap(c -> languages(c).stream())
                .collect(Collectors.toSet());
        List<String> spoken = patient.getCommunication().stream()
                .sorted(Comparator.comparing(c -> !c.getPreferred()))
                .flatMap(c -> languages(c.getLanguage()).stream())
                .toList();
        Optional<String> shared = spoken.stream().filter(offered::contains).findFirst();
        return Optional.of(new Part(
                3,
                shared.isPresent() ? 1 : 0,
                "language",
                shared.map(l -> "Speaks " + l).orElse("None of the person's languages: " + String.join(", ", spoken))));
    }

    /** The primary subtags: es-MX and es understand each other. */
    private static List<String> languages(CodeableConcept language) {
        return language.getCoding().stream()
                .map(Coding::getCode)
                .filter(java.util.Objects::nonNull)
                .map(c -> c.split("-", 2)[0].toLowerCase(Locale.ROOT))
                .toList();
    }

    private static Optional<Part> distance(List<Location> locations, Patient patient) {
        List<double[]> homes = patient.getAddress().stream()
                .filter(a -> a.getUse() != Address.AddressUse.OLD)
                .flatMap(a -> position(a).stream())
                .toList();
        return locations.stream()
                .filter(l -> l.getPosition().hasLatitude() && l.getPosition().hasLongitude())
                .flatMap(l -> homes.stream()
                        .map(h -> kilometres(
                                h[0],
                                h[1],
                                l.getPosition().getLatitude().doubleValue(),
                                l.getPosition().getLongitude().doubleValue())))
                .min(Double::compare)
                .map(km -> new Part(
                        3,
                        10 / (10 + km),
                        "distance",
                        String.format(Locale.ROOT, "%.1f km from the person's address", km)));
    }

    private static Optional<double[]> position(Address address) {
        Extension geo = address.getExtensionByUrl(GEOLOCATION);
        if (geo == null
                || !(geo.getExtensionByUrl("latitude") != null
                        && geo.getExtensionByUrl("latitude").getValue() instanceof DecimalType lat
                        && geo.getExtensionByUrl("longitude") != null
                        && geo.getExtensionByUrl("longitude").getValue() instanceof DecimalType lon)
                || lat.getValue() == null
                || lon.getValue() == null) {
            return Optional.empty();
        }
        return Optional.of(
                new double[] {lat.getValue().doubleValue(), lon.getValue().doubleValue()});
    }

    /** Great-circle distance (haversine). */
    static double kilometres(double lat1, double lon1, double lat2, double lon2) {
        double dLat = Math.toRadians(lat2 - lat1);
        double dLon = Math.toRadians(lon2 - lon1);
        double a = Math.pow(Math.sin(dLat / 2), 2)
                + Math.cos(Math.toRadians(lat1)) * Math.cos(Math.toRadians(lat2)) * Math.pow(Math.sin(dLon / 2), 2);
        return 2 * EARTH_KM * Math.asin(Math.min(1, Math.sqrt(a)));
    }

    private static Optional<Part> hours(HealthcareService service, FacilityTime time) {
        boolean away = service.getNotAvailable().stream()
                .map(HealthcareService.HealthcareServiceNotAvailableComponent::getDuring)
                .anyMatch(p -> (p.hasStart() || p.hasEnd())
                        && (!p.hasStart() || !time.start(p.getStartElement()).isAfter(time.now()))
                        && (!p.hasEnd() || time.end(p.getEndElement()).isAfter(time.now())));
        if (away) {
            return Optional.of(new Part(2, 0, "hours", "Closed at present"));
        }
        if (!service.hasAvailableTime()) {
            return Optional.empty();
        }
        long days = service.getAvailableTime().stream()
                .flatMap(t -> t.hasDaysOfWeek()
                        ? t.getDaysOfWeek().stream().map(d -> d.getValue())
                        : Stream.of(HealthcareService.DaysOfWeek.values())
                                .filter(d -> d != HealthcareService.DaysOfWeek.NULL))
                .distinct()
                .count();
        boolean always = service.getAvailableTime().stream()
                .anyMatch(HealthcareService.HealthcareServiceAvailableTimeComponent::getAllDay);
        return Optional.of(new Part(
                1,
                Math.min(1, days / 7.0),
                "hours",
                "Open on " + days + " days of the week" + (always ? ", around the clock" : "")));
    }

    /** Who pays: a free service needs no insurance, another one is likelier to serve somebody who has one. */
    private static Optional<Part> coverage(HealthcareService service, Seeker seeker) {
        Set<String> provision = service.getServiceProvisionCode().stream()
                .flatMap(c -> c.getCoding().stream())
                .map(Coding::getCode)
                .collect(Collectors.toSet());
        if (provision.contains("free")) {
            return Optional.of(new Part(1, 1, "coverage", "Free of charge"));
        }
        if (provision.contains("cost") || provision.contains("disc")) {
            boolean insured = !seeker.coverages().isEmpty();
            return Optional.of(new Part(
                    1,
                    insured ? 0.8 : provision.contains("disc") ? 0.5 : 0.2,
                    "coverage",
                    insured ? "Has a price; the person is insured" : "Has a price, and no insurance is on record"));
        }
        return Optional.empty();
    }

    private static Optional<Part> area(HealthcareService service, List<Location> locations, Patient patient) {
        if (!service.hasCoverageArea() || !patient.hasAddress()) {
            return Optional.empty();
        }
        Set<String> areas = service.getCoverageArea().stream()
                .map(r -> r.getReferenceElement().getIdPart())
                .collect(Collectors.toSet());
        List<Location> served = locations.stream()
                .filter(l -> areas.contains(l.getIdElement().getIdPart()))
                .toList();
        if (served.stream().noneMatch(Location::hasAddress)) {
            return Optional.empty();
        }
        boolean within = served.stream()
                .map(Location::getAddress)
                .anyMatch(a -> patient.getAddress().stream().anyMatch(h -> holds(a, h)));
        return Optional.of(
                new Part(2, within ? 1 : 0, "area", within ? "Serves the person's area" : "Serves another area"));
    }

    /** Every part that the area names, the address has. */
    private static boolean holds(Address area, Address home) {
        return Stream.of(
                        new String[] {area.getCountry(), home.getCountry()},
                        new String[] {area.getState(), home.getState()},
                        new String[] {area.getDistrict(), home.getDistrict()},
                        new String[] {area.getCity(), home.getCity()},
                        new String[] {area.getPostalCode(), home.getPostalCode()})
                .allMatch(p -> p[0] == null || p[0].equalsIgnoreCase(p[1]));
    }

    private static Optional<Part> capacity(Capacity capacity) {
        return switch (capacity) {
            case FULL_WITH_WAITLIST -> Optional.of(new Part(3, 0.1, "capacity", "Has no capacity, and a waiting list"));
            case OPEN -> Optional.of(new Part(3, 1, "capacity", "Has capacity"));
            case WAITLIST -> Optional.of(new Part(3, 0.2, "capacity", "Has a waiting list"));
            case NONE -> Optional.of(new Part(3, 0, "capacity", "Has no capacity"));
            case UNKNOWN -> Optional.empty();
        };
    }

    /** The capacity status of Gravity SDOH Clinical Care: an extension with a code, as itself or one level down; or a characteristic. */
    static Capacity capacity(HealthcareService service) {
        Set<String> codes = Stream.concat(
                        service.getExtension().stream()
                                .flatMap(e -> Stream.concat(Stream.of(e), e.getExtension().stream()))
                                .map(Extension::getValue)
                                .flatMap(v -> v instanceof CodeableConcept c
                                        ? c.getCoding().stream().map(Coding::getCode)
                                        : v instanceof Coding c
                                                ? Stream.of(c.getCode())
                                                : v != null && v.isPrimitive()
                                                        ? Stream.of(v.primitiveValue())
                                                        : Stream.empty()),
                        service.getCharacteristic().stream()
                                .flatMap(c -> c.getCoding().stream())
                                .map(Coding::getCode))
                .filter(java.util.Objects::nonNull)
                .collect(Collectors.toSet());
        boolean waits = codes.stream().anyMatch(WAITLIST::contains);
        if (codes.stream().anyMatch(NO_CAPACITY::contains)) {
            return waits ? Capacity.FULL_WITH_WAITLIST : Capacity.NONE;
        }
        if (waits) {
            return Capacity.WAITLIST;
        }
        return codes.contains("capacity") ? Capacity.OPEN : Capacity.UNKNOWN;
    }
}
