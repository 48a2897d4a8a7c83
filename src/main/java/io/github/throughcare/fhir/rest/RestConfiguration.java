package io.github.throughcare.fhir.rest;

import ca.uhn.fhir.context.FhirContext;
import io.github.throughcare.fhir.index.SearchParameters;
import io.github.throughcare.fhir.interaction.Definitions;
import io.github.throughcare.fhir.interaction.JsonBodies;
import io.github.throughcare.fhir.interaction.Router;
import io.github.throughcare.fhir.storage.ReferencePolicy;
import io.github.throughcare.fhir.storage.StorageSettings;
import io.github.throughcare.fhir.storage.Store;
import java.time.Clock;
import java.time.ZoneId;
import java.util.Optional;
import org.apache.catalina.core.StandardHost;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.boot.webmvc.error.ErrorAttributes;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.filter.RequestContextFilter;
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
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> containerErrors() {
        return factory -> factory.addContextCustomizers(context ->
                ((StandardHost) context.getParent()).setErrorReportValveClass(ContainerErrors.class.getName()));
    }

    @Bean
    ErrorAttributes errorAttributes() {
        return new ContainerErrors.Attributes();
    }

    @Bean
    ServletRegistrationBean<FhirServer> fhirServer(
            FhirContext context,
            Router router,
            SearchParameters parameters,
            RestSettings settings,
            StorageSettings storage,
            Clock clock,
            @Value("${server.address:}") String address) {
        LoopbackOnly.check(address);
        String version = Optional.ofNullable(
                        RestConfiguration.class.getPackage().getImplementationVersion())
                .orElse("development");
        Exchange exchange = new Exchange(
                router,
                new RequestBodies(context, settings.maxBody().toBytes()),
                new Capabilities(
                        parameters,
                        router.operations(),
                        storage.references() == ReferencePolicy.ENFORCE,
                        version,
                        clock.instant()),
                new AnswerWriter(context, new BundleWriter(context)),
                new Admission(settings));
        ServletRegistrationBean<FhirServer> servlet =
                new ServletRegistrationBean<>(new FhirServer(context, exchange), "/fhir/*");
        servlet.setName("fhir");
        servlet.setLoadOnStartup(1);
        return servlet;
    }

    /** Spring's own, not run: nothing asks for the request of the thread but Spring's servlet, which sees to that itself. */
    @Bean
    FilterRegistrationBean<RequestContextFilter> requestContextFilter() {
        FilterRegistrationBean<RequestContextFilter> none = new FilterRegistrationBean<>(new RequestContextFilter());
        none.setEnabled(false);
        return none;
    }
}
