package io.github.throughcare.fhir.validation;

import java.util.Map;
import java.util.Set;

/**
 * Where HAPI's classes say less than R4: its common superclass of the canonical resources gives each all their elements,
 * all optional, but some types lack some of them and some types require some. Found by comparing with the published
 * StructureDefinitions, which a test does again for all types.
 */
final class CanonicalResources {

    private static final Map<String, Set<String>> LACK = Map.of(
            "ChargeItemDefinition", Set.of("name"),
            "CompartmentDefinition", Set.of("jurisdiction", "title"),
            "EffectEvidenceSynthesis", Set.of("experimental"),
            "Evidence", Set.of("experimental"),
            "EvidenceVariable", Set.of("experimental"),
            "ExampleScenario", Set.of("description", "title"),
            "GraphDefinition", Set.of("title"),
            "NamingSystem", Set.of("experimental", "title", "url", "version"),
            "RiskEvidenceSynthesis", Set.of("experimental"),
            "SearchParameter", Set.of("title"));

    private static final Map<String, Set<String>> REQUIRE = Map.ofEntries(
            Map.entry("CapabilityStatement", Set.of("date")),
            Map.entry("ChargeItemDefinition", Set.of("url")),
            Map.entry("CompartmentDefinition", Set.of("url", "name")),
            Map.entry("GraphDefinition", Set.of("name")),
            Map.entry("ImplementationGuide", Set.of("url", "name")),
            Map.entry("MessageDefinition", Set.of("date")),
            Map.entry("NamingSystem", Set.of("name", "date")),
            Map.entry("OperationDefinition", Set.of("name")),
            Map.entry("SearchParameter", Set.of("url", "name", "description")),
            Map.entry("StructureDefinition", Set.of("url", "name")),
            Map.entry("StructureMap", Set.of("url", "name")),
            Map.entry("TerminologyCapabilities", Set.of("date")),
            Map.entry("TestScript", Set.of("url", "name")));

    private CanonicalResources() {}

    static boolean lack(String type, String element) {
        return LACK.getOrDefault(type, Set.of()).contains(element);
    }

    static boolean require(String type, String element) {
        return REQUIRE.getOrDefault(type, Set.of()).contains(element);
    }
}
