package io.github.throughcare.fhir.rest;

import ca.uhn.fhir.context.FhirContext;
import io.github.throughcare.fhir.index.SearchParameters;
import io.github.throughcare.fhir.interaction.Definitions;
import io.github.throughcare.fhir.interaction.JsonBodies;
import io.github.throughcare.fhir.interaction.Router;
import io.github.throughcare.fhir.storage.Store;
import java.time.Clock;
import java.time.ZoneId;
import java.util.Optional;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import tools.jackson.databind.json.JsonMapper;

/** Puts the HTTP interface together, and the few values that everything behind it shares. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(RestSettings.class)
class RestConfiguration {

    @Bean
    FhirContext fhirContext() {
        return EarlyModel.take();
    }

    @Bean
    Clock clock() {
        return Clock.systemUTC();
    }

    @Bean
    ZoneId facilityZone(@Value("${throughcare.zone:}") String zone) {
        return zone.isBlank() ? ZoneId.systemDefault() : ZoneId.of(zone);
    }

    @Bean
    JsonMapper fhirJson() {
        return JsonBodies.mapper();
    }

    @Bean
    DefinitionLoader definitionLoader(Definitions definitions, Router router, Store store) {
        return new DefinitionLoader(definitions, router, store);
    }

    @Bean
    ServletRegistrationBean<FhirServer> fhirServer(
            FhirContext context,
            Router router,
            SearchParameters parameters,
            RestSettings settings,
            Clock clock,
            @Value("${server.address:}") String address) {
        LoopbackOnly.check(address);
        String version = Optional.ofNullable(
                        RestConfiguration.class.getPackage().getImplementationVersion())
                .orElse("development");
        Exchange exchange = new Exchange(
                router,
                new RequestBodies(context, settings.maxBody().toBytes()),
                new Capabilities(parameters, router.operations(), version, clock.instant()),
                new AnswerWriter(context, new BundleWriter(context)),
                new Admission(settings));
        ServletRegistrationBean<FhirServer> servlet =
                new ServletRegistrationBean<>(new FhirServer(context, exchange), "/fhir/*");
        servlet.setName("fhir");
        servlet.setLoadOnStartup(1);
        return servlet;
    }
}
