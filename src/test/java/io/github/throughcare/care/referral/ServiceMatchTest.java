package io.github.throughcare.care.referral;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.throughcare.care.FixedTime;
import io.github.throughcare.care.referral.ServiceMatch.Capacity;
import io.github.throughcare.care.referral.ServiceMatch.Seeker;
import java.util.List;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.Address;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Condition;
import org.hl7.fhir.r4.model.Coverage;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.DecimalType;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.HealthcareService;
import org.hl7.fhir.r4.model.Location;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Reference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServiceMatchTest {

    @Test
    void distance_on_the_globe() {
        // Boston to New York, about 306 km
        assertThat(ServiceMatch.kilometres(42.3601, -71.0589, 40.7128, -74.0060))
                .isCloseTo(306, within(2.0));
        assertThat(ServiceMatch.kilometres(10, 10, 10, 10)).isZero();
    }

    @Test
    void the_nearer_of_two_comes_first() {
        assertThat(rank(at("far", 43.3), at("near", 42.4))).containsExactly("near", "far");
    }

    @Test
    void without_capacity_comes_last_however_well_it_suits() {
        Offer perfect = at("full", 42.36);
        perfect.service.addCommunication(language("es"));
        perfect.service.addExtension(capacity("no-capacity"));
        Offer poor = at("open", 60);
        poor.service.addCommunication(language("de"));
        poor.service.addExtension(capacity("capacity"));
        Offer unknown = at("unknown", 80);
        unknown.service.addCommunication(language("de"));
        assertThat(rank(perfect, poor, unknown)).endsWith("full");
    }

    @Test
    void who_speaks_the_language_comes_before_who_does_not() {
        Offer other = at("a", 42.36);
        other.service.addCommunication(language("de"));
        Offer same = at("b", 42.36);
        same.service.addCommunication(language("es-US"));
        assertThat(rank(other, same)).containsExactly("b", "a");
    }

    @ParameterizedTest
    @CsvSource({
        "no-capacity, NONE",
        "at-capacity, NONE",
        "capacity, OPEN",
        "waitlist, WAITLIST",
        "no-capacity-has-waitlist, FULL_WITH_WAITLIST",
        "other, UNKNOWN"
    })
    void capacity_is_read(String code, Capacity capacity) {
        HealthcareService flat = new HealthcareService();
        flat.addExtension(capacity(code));
        assertThat(ServiceMatch.capacity(flat)).isEqualTo(capacity);
        HealthcareService nested = new HealthcareService();
        Extension outer = new Extension("http://example.org/status");
        outer.addExtension(capacity(code));
        nested.addExtension(outer);
        assertThat(ServiceMatch.capacity(nested)).isEqualTo(capacity);
    }

    @Test
    void full_is_full_also_with_a_waiting_list() {
        HealthcareService both = new HealthcareService();
        both.addExtension(capacity("waitlist"));
        both.addExtension(capacity("no-capacity"));
        assertThat(ServiceMatch.capacity(both)).isEqualTo(Capacity.FULL_WITH_WAITLIST);
        Offer waits = at("waits", 42.36);
        waits.service.addCommunication(language("es"));
        waits.service.addExtension(capacity("no-capacity-has-waitlist"));
        Offer poor = at("open", 60);
        poor.service.addCommunication(language("de"));
        poor.service.addExtension(capacity("capacity"));
        Offer full = at("full", 42.36);
        full.service.addCommunication(language("es"));
        full.service.addExtension(capacity("no-capacity"));
        assertThat(rank(full, waits, poor)).containsExactly("open", "waits", "full");
    }

    @ParameterizedTest
    @CsvSource({
        "2026-11-22, , true",
        "2026-11-01, 2026-11-22, true",
        "2026-11-01, 2026-11-21, false",
        "2026-11-23, , false",
        ", 2026-12, true",
        "2026, 2026, true",
        "2026-11, 2026-12, true",
        "2026-11-22T12:30:00Z, , false",
        ", , false",
    })
    void closed_at_present(String start, String end, boolean closed) {
        HealthcareService service = new HealthcareService();
        var during = service.addNotAvailable().setDescription("Holiday").getDuring();
        if (start != null) {
            during.setStartElement(new DateTimeType(start));
        }
        if (end != null) {
            during.setEndElement(new DateTimeType(end));
        }
        ServiceMatch match =
                ServiceMatch.of(service, List.of(), new Seeker(new Patient(), List.of(), List.of(), FixedTime.NOON));
        assertThat(match.reasons().stream().anyMatch(r -> r.getText().equals("Closed at present")))
                .isEqualTo(closed);
    }

    /** Who has a need of code food, lives in Boston and has insurance or none. */
    @ParameterizedTest
    @CsvSource({
        "food, , , true, Meets a criterion of eligibility",
        "shelter, , , true, Eligibility to be checked",
        ", free, , true, Free of charge",
        ", free, , false, Free of charge",
        ", cost, , true, Has a price; the person is insured",
        ", cost, , false, 'Has a price, and no insurance is on record'",
        ", , Boston, true, 'Serves the person''s area'",
        ", , Albany, true, Serves another area",
    })
    void each_part_says_why(String eligibility, String provision, String area, boolean insured, String reason) {
        HealthcareService service = new HealthcareService();
        if (eligibility != null) {
            service.addEligibility().setCode(new CodeableConcept(new Coding("x", eligibility, null)));
        }
        if (provision != null) {
            service.addServiceProvisionCode(new CodeableConcept(new Coding("x", provision, null)));
        }
        Location served = new Location();
        served.setId("served");
        if (area != null) {
            served.setAddress(new Address().setCity(area));
            service.addCoverageArea(new Reference("Location/served"));
        }
        Patient patient = new Patient();
        patient.addAddress().setCity("boston").setState("MA");
        Condition need = new Condition().setCode(new CodeableConcept(new Coding("x", "food", null)));
        List<Coverage> coverages = insured ? List.of(new Coverage()) : List.of();
        ServiceMatch match = ServiceMatch.of(
                service, List.of(served), new Seeker(patient, List.of(need), coverages, FixedTime.NOON));
        assertThat(match.reasons().stream().map(CodeableConcept::getText)).contains("Answers the need", reason);
        assertThat(match.score()).isBetween(0.0, 1.0);
    }

    private record Offer(HealthcareService service, Location location) {}

    private static List<String> rank(Offer... offers) {
        Patient patient = new Patient();
        patient.addCommunication().setLanguage(language("es")).setPreferred(true);
        Extension geo = new Extension("http://hl7.org/fhir/StructureDefinition/geolocation");
        geo.addExtension(new Extension("latitude", new DecimalType("42.36")));
        geo.addExtension(new Extension("longitude", new DecimalType("-71.06")));
        patient.addAddress().addExtension(geo);
        Seeker seeker = new Seeker(patient, List.of(), List.of(), FixedTime.NOON);
        return Stream.of(offers)
                .map(o -> ServiceMatch.of(o.service(), List.of(o.location()), seeker))
                .sorted(ServiceMatch.ORDER)
                .map(m -> m.service().getName())
                .toList();
    }

    private static Offer at(String name, double latitude) {
        HealthcareService service = new HealthcareService();
        service.setId(name);
        service.setName(name);
        Location location = new Location();
        location.getPosition()
                .setLatitude(java.math.BigDecimal.valueOf(latitude))
                .setLongitude(java.math.BigDecimal.valueOf(-71.06));
        return new Offer(service, location);
    }

    private static CodeableConcept language(String code) {
        return new CodeableConcept(new Coding("urn:ietf:bcp:47", code, null));
    }

    private static Extension capacity(String code) {
        return new Extension("http://example.org/capacity", new CodeableConcept(new Coding("x", code, null)));
    }
}
