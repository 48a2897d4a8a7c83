package io.github.throughcare.fhir.search;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.jpa.api.config.JpaStorageSettings;
import ca.uhn.fhir.jpa.dao.TestDaoSearch;
import ca.uhn.fhir.jpa.search.BaseSourceSearchParameterTestCases;
import ca.uhn.fhir.jpa.search.CompositeSearchParameterTestCases;
import ca.uhn.fhir.jpa.search.IIdSearchTestTemplate;
import ca.uhn.fhir.jpa.search.QuantitySearchParameterTestCases;
import ca.uhn.fhir.parser.DataFormatException;
import ca.uhn.fhir.rest.server.util.ISearchParamRegistry;
import ca.uhn.fhir.test.utilities.ITestDataBuilder;
import io.github.throughcare.ServerIT;
import io.github.throughcare.fhir.storage.Store;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import java.lang.reflect.Proxy;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.instance.model.api.IIdType;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.RiskAssessment;
import org.hl7.fhir.r4.model.SearchParameter;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/**
 * The test cases on quantities, composites, ids and sources that HAPI FHIR publishes for servers of others to inherit
 * (hapi-fhir-jpaserver-test-utilities), asked over HTTP. There is no such table of tokens. Those that are not R4's are overridden here,
 * with the reason.
 */
class PublishedSearchCasesIT extends ServerIT {

    private static final Asking ASKING = new Asking();
    private static final Storing STORING = new Storing();

    /** Resources that the case under way has created. */
    private static final Set<String> CREATED = new LinkedHashSet<>();

    @BeforeEach
    void nothing_is_there() {
        CREATED.clear();
    }

    @Nested
    class Quantities extends QuantitySearchParameterTestCases {
        Quantities() {
            super(STORING, ASKING, new JpaStorageSettings());
        }
    }

    @Nested
    class Composites extends CompositeSearchParameterTestCases {
        Composites() {
            super(STORING, ASKING);
        }

        @Override
        protected boolean isCorrelatedSupported() {
            return true;
        }
    }

    @Nested
    class Sources extends BaseSourceSearchParameterTestCases {
        Sources() {
            super(STORING, ASKING, new JpaStorageSettings());
        }

        /** R4 knows no {@code #id-of-the-request} as a value of _source by itself. */
        @Override
        protected boolean isRequestIdSupported() {
            return false;
        }

        /** R4 has {@code :contains} on strings only (search.html 3.1.1.4.4). */
        @Override
        @Test
        public void testSearchSource_withContainsModifier_returnsCorrectBundle() {
            fhir().get("/Patient?_source:contains=some-source").then().statusCode(400);
        }
    }

    @Nested
    class Ids implements IIdSearchTestTemplate {
        @Override
        public TestDaoSearch getSearch() {
            return ASKING;
        }

        @Override
        public ITestDataBuilder getBuilder() {
            return new ITestDataBuilder.WithSupport() {
                @Override
                public Support getTestDataBuilderSupport() {
                    return STORING;
                }
            };
        }
    }

    /** Stores over HTTP. */
    private static final class Storing implements ITestDataBuilder.Support {
        private static final String UNIQUE = "http://hapifhir.io/fhir/StructureDefinition/sp-unique";

        @Override
        public FhirContext getFhirContext() {
            return FhirContext.forR4Cached();
        }

        @Override
        public void setRequestId(String id) {}

        @Override
        public IIdType doCreateResource(IBaseResource resource) {
            if (resource instanceof SearchParameter p && p.hasExtension(UNIQUE)) {
                return new IdType(
                        "SearchParameter", "none"); // a hint to the JPA server's indexes; what is found is the same
            }
            complete(resource);
            String type = getFhirContext().getResourceType(resource);
            return created(type, fhir().body(json(resource)).post("/" + type), 201);
        }

        @Override
        public IIdType doUpdateResource(IBaseResource resource) {
            String type = getFhirContext().getResourceType(resource);
            return created(
                    type,
                    fhir().body(json(resource))
                            .put("/" + type + "/" + resource.getIdElement().getIdPart()),
                    201);
        }

        /** R4 requires more than the cases need. */
        private static void complete(IBaseResource resource) {
            if (resource instanceof SearchParameter p) {
                p.setName("Published").setDescription("From a published case");
            } else if (resource instanceof Observation o) {
                if (!o.hasStatus()) {
                    o.setStatus(Observation.ObservationStatus.FINAL);
                }
                if (!o.hasCode()) {
                    o.setCode(new CodeableConcept().setText("published"));
                }
                o.getComponent().stream()
                        .filter(c -> !c.hasCode())
                        .forEach(c -> c.setCode(new CodeableConcept().setText("published")));
            } else if (resource instanceof RiskAssessment r) {
                r.setStatus(RiskAssessment.RiskAssessmentStatus.FINAL)
                        .setSubject(new Reference().setDisplay("somebody"));
            }
        }

        private String json(IBaseResource resource) {
            // a time without a zone is none in R4: this is the facility's
            return getFhirContext()
                    .newJsonParser()
                    .encodeResourceToString(resource)
                    .replaceAll("(T\\d\\d:\\d\\d:\\d\\d)\"", "$1-05:00\"");
        }

        private static IIdType created(String type, Response response, int status) {
            assertThat(response.statusCode()).as(response.asString()).isIn(status, 200);
            String id = response.path("id");
            CREATED.add(id);
            return new IdType(type, id);
        }
    }

    /** Asks over HTTP: among all that is there, and of the case's own resources alone. */
    private static final class Asking extends TestDaoSearch {
        private static final Pattern NO_FORM = Pattern.compile("value-quantity=[0-9.]+[|][^|]*$");
        private static final Pattern VALUE = Pattern.compile("value-quantity=([^&]*)");

        @Override
        public List<String> searchForIds(String url) {
            String query = encoded(url.startsWith("/") ? url : "/" + url);
            List<String> own = found(query + "&_count=1000&_id=" + String.join(",", CREATED), url);
            if (!url.contains("_sort")) {
                assertThat(found(query + "&_count=1000", url)).as(url).containsExactlyInAnyOrderElementsOf(own);
            }
            return own;
        }

        private static List<String> found(String query, String asked) {
            List<String> ids = new ArrayList<>();
            for (String next = base + query; next != null; ) {
                Response page = fhir().urlEncodingEnabled(false).get(next);
                if (page.statusCode() == 400 && NO_FORM.matcher(asked).find()) {
                    return List
                            .of(); // the cases ask number|system, and R4 has only number|system|code and number||code
                }
                if (page.statusCode() == 400) {
                    throw refusal(asked);
                }
                assertThat(page.statusCode()).as(page.asString()).isEqualTo(200);
                JsonPath json = page.jsonPath();
                List<String> all = json.getList("entry.resource.id");
                if (all != null) {
                    ids.addAll(all);
                }
                next = json.getString("link.find { it.relation == 'next' }?.url");
            }
            ids.retainAll(CREATED);
            return ids;
        }

        /** The sentence that the cases expect of HAPI for what is refused. */
        private static DataFormatException refusal(String url) {
            Matcher m = VALUE.matcher(url);
            String value = m.find() ? m.group(1) : "";
            return new DataFormatException(
                    value.matches("[a-z]{2}.*")
                            ? "HAPI-1941: Invalid prefix: \"" + value.substring(0, 2) + "\""
                            : "HAPI-1940: Invalid " + value);
        }

        private static String encoded(String url) {
            int mark = url.indexOf('?');
            StringBuilder out = new StringBuilder(url.substring(0, mark + 1));
            for (String pair : url.substring(mark + 1).split("&")) {
                int is = pair.indexOf('=');
                out.append(out.charAt(out.length() - 1) == '?' ? "" : "&")
                        .append(pair, 0, is + 1)
                        .append(URLEncoder.encode(pair.substring(is + 1), StandardCharsets.UTF_8));
            }
            return out.toString();
        }

        /** Of which the cases call one method: it waits until what was posted can be searched by. */
        @Override
        public ISearchParamRegistry getSearchParamRegistry() {
            return (ISearchParamRegistry) Proxy.newProxyInstance(
                    ISearchParamRegistry.class.getClassLoader(),
                    new Class<?>[] {ISearchParamRegistry.class},
                    (proxy, method, args) -> {
                        if (!method.getName().equals("forceRefresh")) {
                            throw new UnsupportedOperationException(method.getName());
                        }
                        for (int i = 0;
                                i < 600 && !bean(Store.class).index().indexing().isEmpty();
                                i++) {
                            Thread.sleep(50);
                        }
                        return null;
                    });
        }
    }
}
