package ca.uhn.fhir.jpa.dao;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.rest.server.util.ISearchParamRegistry;
import java.util.Arrays;
import java.util.List;
import org.hl7.fhir.instance.model.api.IIdType;

/**
 * Stands in for the class of this name in hapi-fhir-jpaserver-test-utilities, by which HAPI's published test cases ask: theirs needs the
 * JPA server, a subclass of this one may ask any.
 */
public abstract class TestDaoSearch {

    /** The ids that a search brings, of what the test case created, in the order of the answer. */
    public abstract List<String> searchForIds(String url);

    public abstract ISearchParamRegistry getSearchParamRegistry();

    public void assertSearchFinds(String reason, String url, List<String> ids) {
        assertThat(searchForIds(url)).as("%s: %s", reason, url).containsAll(ids);
    }

    public void assertSearchFinds(String reason, String url, String... ids) {
        assertSearchFinds(reason, url, List.of(ids));
    }

    public void assertSearchFinds(String reason, String url, IIdType... ids) {
        assertSearchFinds(reason, url, parts(ids));
    }

    public void assertSearchFindsInOrder(String reason, String url, List<String> ids) {
        assertThat(searchForIds(url)).as("%s: %s", reason, url).containsExactlyElementsOf(ids);
    }

    public void assertSearchNotFound(String reason, String url, IIdType... ids) {
        assertThat(searchForIds(url)).as("%s: %s", reason, url).doesNotContainAnyElementsOf(parts(ids));
    }

    private static List<String> parts(IIdType... ids) {
        return Arrays.stream(ids).map(IIdType::getIdPart).toList();
    }
}
