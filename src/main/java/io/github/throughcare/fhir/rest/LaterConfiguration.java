package io.github.throughcare.fhir.rest;

import java.util.List;
import org.springframework.boot.LazyInitializationExcludeFilter;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Leaves for later what the frameworks bring and no FHIR request needs: handler mappings, endpoints, meters. They are made when a
 * page, the health or the meters are first asked for, and that is a second of every start. All beans of our own, and what they are
 * made of, are made at the start as ever, so that what is wrong with them is seen then.
 */
@Configuration(proxyBeanMethods = false)
class LaterConfiguration {

    private static final List<String> FRAMEWORKS = List.of("org.springframework.", "io.micrometer.", "io.prometheus.");

    /** With {@code spring.main.lazy-initialization} set, these are not lazy. */
    @Bean
    static LazyInitializationExcludeFilter atTheStart() {
        return (name, definition, type) -> FRAMEWORKS.stream().noneMatch(type.getName()::startsWith);
    }
}
