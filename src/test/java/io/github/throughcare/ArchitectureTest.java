package io.github.throughcare;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** The drawing of docs/architecture.md as a test. Change the drawing and this map in one commit, and say why. */
class ArchitectureTest {

    private static final String ROOT = "io.github.throughcare";

    /** Package (without the root) -> packages of ours that it may use. Every package must stand here. */
    private static final Map<String, Set<String>> DRAWING = Map.ofEntries(
            Map.entry("", Set.of()),
            Map.entry("fhir", Set.of()),
            Map.entry("fhir.index", Set.of("fhir")),
            Map.entry("fhir.storage", Set.of("fhir", "fhir.index", "fhir.storage.embedded")),
            // a PostgreSQL to start when none is configured; knows nothing of what is stored in it
            Map.entry("fhir.storage.embedded", Set.of("fhir")),
            Map.entry("fhir.search", Set.of("fhir", "fhir.index", "fhir.storage", "fhir.terminology")),
            Map.entry("fhir.terminology", Set.of("fhir", "fhir.index", "fhir.storage")),
            Map.entry("fhir.validation", Set.of("fhir")),
            // below the interactions, which begin jobs: it knows operations only by the door
            Map.entry("fhir.job", Set.of("fhir", "fhir.storage")),
            // a resource and a patch in, a resource out: knows neither storage nor requests
            Map.entry("fhir.patch", Set.of("fhir")),
            Map.entry(
                    "fhir.interaction",
                    Set.of(
                            "fhir",
                            "fhir.index",
                            "fhir.storage",
                            "fhir.search",
                            "fhir.validation",
                            "fhir.job",
                            "fhir.patch")),
            // above the interactions: it stores by their roads, and is called as an operation
            Map.entry("fhir.bulk", Set.of("fhir", "fhir.index", "fhir.storage", "fhir.interaction", "fhir.validation")),
            Map.entry(
                    "fhir.rest",
                    Set.of(
                            "fhir",
                            "fhir.index",
                            "fhir.storage",
                            "fhir.search",
                            "fhir.interaction",
                            "fhir.validation",
                            "fhir.patch")),
            Map.entry("care", Set.of("fhir")),
            Map.entry("care.assessment", Set.of("fhir", "care")),
            Map.entry("care.risk", Set.of("fhir", "care")),
            Map.entry("care.careplan", Set.of("fhir", "care", "care.assessment", "care.risk")),
            // meetings of anybody with anybody: knows no case
            Map.entry("care.schedule", Set.of("fhir", "care")),
            // rights and denials: of anybody, with a case or without
            Map.entry("care.advocacy", Set.of("fhir", "care")),
            Map.entry("care.outreach", Set.of("fhir", "care")),
            // an accepted referral for case management opens the case
            Map.entry("care.referral", Set.of("fhir", "care", "care.outreach")),
            // what is overdue and what is missing is told of cases and referrals
            Map.entry("care.monitoring", Set.of("fhir", "care", "care.outreach", "care.referral")),
            Map.entry("care.transition", Set.of("fhir", "care", "care.risk")),
            // pages at /: what they show comes from operations and searches, through the door alone
            Map.entry("worklist", Set.of("fhir")),
            Map.entry("demo", Set.of("fhir", "care")));

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .withImportOption(location -> !location.contains("__")) // bean definitions that the build generates
            .importPackages(ROOT);

    @Test
    void every_package_is_on_the_drawing_and_uses_only_what_the_drawing_allows() {
        Map<String, Set<String>> forbidden = new TreeMap<>();
        for (JavaClass from : CLASSES) {
            String here = shortName(from.getPackageName());
            assertThat(DRAWING).as("package of %s", from.getName()).containsKey(here);
            for (var dependency : from.getDirectDependenciesFromSelf()) {
                JavaClass to = dependency.getTargetClass();
                if (!to.getPackageName().startsWith(ROOT)) {
                    continue;
                }
                String there = shortName(to.getPackageName());
                if (!there.equals(here) && !DRAWING.get(here).contains(there)) {
                    forbidden
                            .computeIfAbsent(here + " -> " + there, k -> new TreeSet<>())
                            .add(from.getSimpleName());
                }
            }
        }
        assertThat(forbidden).isEmpty();
    }

    @Test
    void packages_have_no_cycles() {
        slices().matching(ROOT + ".(**)").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void only_storage_knows_hibernate_and_jdbc() {
        noClasses()
                .that()
                .resideOutsideOfPackages(ROOT + ".fhir.storage", ROOT + ".fhir.storage.embedded")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "java.sql..", "javax.sql..", "org.hibernate..", "jakarta.persistence..", "org.postgresql..")
                .check(CLASSES);
    }

    @Test
    void only_rest_knows_the_http_layer_of_hapi() {
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + ".fhir.rest")
                .and()
                .haveSimpleNameNotEndingWith(
                        "Repository") // IRepository of the clinical-reasoning library speaks in rest.api types
                .and()
                .haveSimpleNameNotEndingWith("Operation")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("ca.uhn.fhir.rest..")
                .check(CLASSES);
    }

    @Test
    void the_door_is_narrow() {
        Set<String> door = CLASSES.stream()
                .filter(c -> shortName(c.getPackageName()).equals("fhir"))
                .filter(c -> c.getModifiers().contains(JavaModifier.PUBLIC) && !c.isNestedClass())
                .map(JavaClass::getSimpleName)
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(door).hasSizeLessThanOrEqualTo(10);
    }

    @Test
    void names_are_things_not_drawers() {
        noClasses()
                .should()
                .haveSimpleNameEndingWith("Impl")
                .orShould()
                .haveSimpleNameEndingWith("Manager")
                .orShould()
                .haveSimpleNameEndingWith("Util")
                .orShould()
                .haveSimpleNameEndingWith("Utils")
                .orShould()
                .haveSimpleNameEndingWith("Helper")
                .orShould()
                .haveSimpleNameEndingWith("DTO")
                .check(CLASSES);
    }

    @Test
    void no_file_is_longer_than_four_hundred_lines() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
            assertThat(files.filter(f -> f.toString().endsWith(".java")).filter(f -> lines(f) > 400))
                    .isEmpty();
        }
    }

    private static long lines(Path file) {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void every_package_is_null_marked() {
        Set<String> marked = CLASSES.stream()
                .filter(c -> c.getSimpleName().equals("package-info") && c.isAnnotatedWith(NullMarked.class))
                .map(JavaClass::getPackageName)
                .collect(Collectors.toSet());
        assertThat(CLASSES.stream().map(JavaClass::getPackageName)).isSubsetOf(marked);
    }

    @Test
    void operations_implement_the_door() {
        classes()
                .that()
                .haveSimpleNameEndingWith("Operation")
                .and()
                .resideInAPackage(ROOT + ".care..")
                .should()
                .implement(ROOT + ".fhir.FhirOperation")
                .allowEmptyShould(true)
                .check(CLASSES);
    }

    private static String shortName(String packageName) {
        return packageName.equals(ROOT) ? "" : packageName.substring(ROOT.length() + 1);
    }
}
