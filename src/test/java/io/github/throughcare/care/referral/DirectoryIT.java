package io.github.throughcare.care.referral;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.throughcare.ServerIT;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Somebody looks for a service, as clients of US Core and of Da Vinci Plan-Net do. */
class DirectoryIT extends ServerIT {

    private static final String PLAN_NET = "http://hl7.org/fhir/us/davinci-pdex-plan-net/StructureDefinition/";

    private String tag;
    private String area;
    private String network;
    private String agency;
    private String service;
    private String role;
    private String kim;

    @BeforeEach
    void directory() {
        tag = java.util.UUID.randomUUID().toString();
        area = create("Location", """
                {"resourceType":"Location","name":"Area %s","status":"active","position":{"longitude":-73.9,"latitude":40.7},"address":{"city":"City %s"}}""".formatted(tag, tag));
        network = create("Organization", """
                {"resourceType":"Organization","name":"Network %s","extension":[{"url":"%slocation-reference","valueReference":{"reference":"Location/%s"}}]}""".formatted(tag, PLAN_NET, area));
        agency = create("Organization", "{\"resourceType\":\"Organization\",\"name\":\"Agency " + tag + "\"}");
        service = create("HealthcareService", """
                {"resourceType":"HealthcareService","name":"Meals %s","active":true,"providedBy":{"reference":"Organization/%s"},
                 "location":[{"reference":"Location/%s"}],"coverageArea":[{"reference":"Location/%s"}],
                 "category":[{"coding":[{"code":"c-%s"}]}],"type":[{"coding":[{"code":"t-%s"}]}],"specialty":[{"coding":[{"code":"s-%s"}]}]}""".formatted(tag, agency, area, area, tag, tag, tag));
        kim = create("Practitioner", "{\"resourceType\":\"Practitioner\",\"name\":[{\"family\":\"Kim\"}]}");
        role = create("PractitionerRole", """
                {"resourceType":"PractitionerRole","practitioner":{"reference":"Practitioner/%s"},"organization":{"reference":"Organization/%s"},
                 "location":[{"reference":"Location/%s"}],"healthcareService":[{"reference":"HealthcareService/%s"}],
                 "specialty":[{"coding":[{"code":"s-%s"}]}],"code":[{"coding":[{"code":"r-%s"}]}],
                 "extension":[{"url":"%snetwork-reference","valueReference":{"reference":"Organization/%s"}}]}""".formatted(kim, agency, area, service, tag, tag, PLAN_NET, network));
        create("OrganizationAffiliation", """
                {"resourceType":"OrganizationAffiliation","organization":{"reference":"Organization/%s"},"participatingOrganization":{"reference":"Organization/%s"},
                 "network":[{"reference":"Organization/%s"}],"healthcareService":[{"reference":"HealthcareService/%s"}]}""".formatted(network, agency, network, service));
        create("InsurancePlan", """
                {"resourceType":"InsurancePlan","name":"Plan %s","ownedBy":{"reference":"Organization/%s"},"administeredBy":{"reference":"Organization/%s"},
                 "coverageArea":[{"reference":"Location/%s"}],"plan":[{"type":{"coding":[{"code":"p-%s"}]}}]}""".formatted(tag, network, network, area, tag));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HealthcareService?service-category=c-TAG",
                "HealthcareService?service-type=t-TAG",
                "HealthcareService?specialty=s-TAG",
                "HealthcareService?organization=Organization/AGENCY",
                "HealthcareService?organization.name=Agency TAG",
                "HealthcareService?location=Location/AREA",
                "HealthcareService?location.address-city=City TAG",
                "HealthcareService?coverage-area=Location/AREA",
                "HealthcareService?name=Meals TAG",
                "PractitionerRole?practitioner=Practitioner/KIM",
                "PractitionerRole?practitioner.family=Kim&role=r-TAG",
                "PractitionerRole?specialty=s-TAG",
                "PractitionerRole?organization=Organization/AGENCY",
                "PractitionerRole?location=Location/AREA",
                "PractitionerRole?service=HealthcareService/SERVICE",
                "PractitionerRole?service.service-category=c-TAG",
                "PractitionerRole?network=Organization/NETWORK",
                "PractitionerRole?network.name=Network TAG",
                "Organization?coverage-area=Location/AREA",
                "OrganizationAffiliation?network=Organization/NETWORK",
                "OrganizationAffiliation?participating-organization=Organization/AGENCY",
                "OrganizationAffiliation?primary-organization=Organization/NETWORK",
                "OrganizationAffiliation?service=HealthcareService/SERVICE",
                "InsurancePlan?coverage-area=Location/AREA",
                "InsurancePlan?plan-type=p-TAG",
                "InsurancePlan?owned-by=Organization/NETWORK",
                "InsurancePlan?administered-by=Organization/NETWORK",
                "Location?address-city=City TAG",
            })
    void what_directories_are_asked(String query) {
        String asked = query.replace("TAG", tag)
                .replace("AREA", area)
                .replace("NETWORK", network)
                .replace("AGENCY", agency)
                .replace("SERVICE", service)
                .replace("KIM", kim);
        var found = fhir().get("/" + asked).then().statusCode(200).extract().jsonPath();
        assertThat(found.getList("entry")).as(asked).hasSize(1);
        assertThat(found.getString("entry[0].resource.resourceType")).isEqualTo(query.substring(0, query.indexOf('?')));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PractitionerRole?_id=ROLE&_include=PractitionerRole:practitioner",
                "PractitionerRole?_id=ROLE&_include=PractitionerRole:organization",
                "PractitionerRole?_id=ROLE&_include=PractitionerRole:location",
                "PractitionerRole?_id=ROLE&_include=PractitionerRole:service",
                "PractitionerRole?_id=ROLE&_include=PractitionerRole:network",
                "HealthcareService?_id=SERVICE&_include=HealthcareService:organization",
                "HealthcareService?_id=SERVICE&_revinclude=PractitionerRole:service",
                "HealthcareService?_id=SERVICE&_revinclude=OrganizationAffiliation:service",
            })
    void what_comes_along(String query) {
        List<String> modes = fhir().get("/" + query.replace("ROLE", role).replace("SERVICE", service))
                .then()
                .statusCode(200)
                .extract()
                .jsonPath()
                .getList("entry.search.mode", String.class);
        assertThat(modes).as(query).containsExactly("match", "include");
    }
}
