package io.github.throughcare.care.referral;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.throughcare.care.referral.ServiceMatch.Capacity;
import io.github.throughcare.care.referral.ServiceMatch.Seeker;
import java.time.LocalDate;
import java.util.List;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.DecimalType;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.HealthcareService;
import org.hl7.fhir.r4.model.Location;
import org.hl7.fhir.r4.model.Patient;
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
        "no-capacity-has-waitlist, WAITLIST",
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

    private record Offer(HealthcareService service, Location location) {}

    private static List<String> rank(Offer... offers) {
        Patient patient = new Patient();
        patient.addCommunication().setLanguage(language("es")).setPreferred(true);
        Extension geo = new Extension("http://hl7.org/fhir/StructureDefinition/geolocation");
        geo.addExtension(new Extension("latitude", new DecimalType("42.36")));
        geo.addExtension(new Extension("longitude", new DecimalType("-71.06")));
        patient.addAddress().addExtension(geo);
        Seeker seeker = new Seeker(patient, List.of(), List.of(), LocalDate.of(2026, 11, 22));
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
