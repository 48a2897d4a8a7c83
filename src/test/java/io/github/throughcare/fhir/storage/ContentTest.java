package io.github.throughcare.fhir.storage;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class ContentTest {

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(tools.jackson.databind.cfg.JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    private static ObjectNode json(String text) {
        return (ObjectNode) MAPPER.readTree(text.replace('\'', '"'));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            {'a':1,'b':{'c':'x','d':true}}                  | {'b':{'d':true,'c':'x'},'a':1}
            {'a':[1,2]}                                     | { 'a' : [ 1, 2 ] }
            {'a':1}                                         | {'a':1,'meta':{'versionId':'7','lastUpdated':'2026-01-01T00:00:00Z'}}
            {'a':1,'meta':{'tag':[{'code':'t'}]}}           | {'meta':{'versionId':'1','tag':[{'code':'t'}]},'a':1}
            {'resourceType':'X','id':'1','a':1.50}          | {'a':1.50,'id':'2'}
            {'a':1,'meta':{}}                               | {'a':1}
            """)
    void the_same_content_in_another_form_is_the_same(String one, String other) {
        assertThat(Content.digest(json(one))).isEqualTo(Content.digest(json(other)));
        assertThat(Content.same(json(one), json(other))).isTrue();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            {'a':1}                            | {'a':2}
            {'a':1}                            | {'a':'1'}
            {'a':true}                         | {'a':'true'}
            {'a':[1,2]}                        | {'a':[2,1]}
            {'a':[[1],2]}                      | {'a':[1,[2]]}
            {'a':'x','b':'y'}                  | {'a':'y','b':'x'}
            {'a':{'b':1},'c':{'d':1}}          | {'a':{'d':1},'c':{'b':1}}
            {'a':1}                            | {'a':1,'meta':{'tag':[{'code':'t'}]}}
            {'a':[null,'x']}                   | {'a':['x',null]}
            {'a':[]}                           | {'a':{}}
            {'a':'x'}                          | {'b':'x'}
            {'a':{'versionId':'1'}}            | {'a':{'versionId':'2'}}
            """)
    void other_content_is_another(String one, String other) {
        assertThat(Content.digest(json(one))).isNotEqualTo(Content.digest(json(other)));
        assertThat(Content.same(json(one), json(other))).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"1.50,1.5", "1.0,1", "100,1E2"})
    void the_digits_of_a_number_count(String one, String other) {
        assertThat(Content.digest(json("{'a':" + one + "}"))).isNotEqualTo(Content.digest(json("{'a':" + other + "}")));
    }
}
