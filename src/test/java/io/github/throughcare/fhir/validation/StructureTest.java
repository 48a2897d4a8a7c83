package io.github.throughcare.fhir.validation;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.context.FhirContext;
import io.github.throughcare.fhir.Problem;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** In the tables, single quotes in JSON stand for double ones. */
class StructureTest {

    private static final Structure STRUCTURE = new Structure(FhirContext.forR4Cached());
    private static final JsonMapper JSON = new JsonMapper();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'resourceType':'Patient'}",
                "{'resourceType':'Patient','id':'a.b-C'}",
                "{'resourceType':'Patient','name':[{'given':['A',null],'_given':[null,{'id':'x','extension':[{'url':'u','valueCode':'c'}]}]}]}",
                "{'resourceType':'Patient','name':[{'_given':[{'extension':[{'url':'u','valueCode':'c'}]}]}]}",
                "{'resourceType':'Patient','birthDate':'1970-03','_birthDate':{'extension':[{'url':'u','valueDateTime':'1970-03-02T10:00:00Z'}]}}",
                "{'resourceType':'Patient','deceasedBoolean':true,'_deceasedBoolean':{'id':'x'}}",
                "{'resourceType':'Patient','_deceasedBoolean':{'id':'x','extension':[{'url':'u','valueCode':'c'}]},'deceasedBoolean':true}",
                "{'resourceType':'Patient','extension':[{'url':'u','extension':[{'url':'v','_valueString':{'extension':[{'url':'u','valueCode':'c'}]}}]}]}",
                "{'resourceType':'Patient','text':{'status':'empty','div':'<div xmlns=\\\"http://www.w3.org/1999/xhtml\\\">on = 1 <a href=\\\"#on\\\">on</a><br/></div>'}}",
                "{'resourceType':'Patient','contained':[{'resourceType':'Organization','id':'o'}],'managingOrganization':{'reference':'#o'}}",
                "{'resourceType':'Patient','generalPractitioner':[{'reference':'Practitioner/7/_history/2','type':'Practitioner'},{'reference':'http://x.org/fhir/Foo/1'},{'reference':'urn:uuid:c757873d-ec9a-4326-a141-556f43239520'},{'reference':'Practitioner?identifier=http://x|1'},{'display':'x','type':'Resource'}]}",
                "{'resourceType':'Observation','_status':{'extension':[{'url':'u','valueCode':'unknown'}]},'code':{'text':'x'},'valueQuantity':{'value':1.50}}",
                "{'resourceType':'Questionnaire','status':'draft','item':[{'linkId':'1','type':'group','item':[{'linkId':'1.1','type':'group','item':[{'linkId':'1.1.1','type':'string'}]}]}]}",
                "{'resourceType':'Bundle','type':'collection','entry':[{'resource':{'resourceType':'Patient','contained':[{'resourceType':'Patient','id':'x'}]}}]}",
                "{'resourceType':'Parameters','parameter':[{'name':'a','part':[{'name':'b','valueString':'c'}]},{'name':'r','resource':{'resourceType':'Binary','contentType':'text/plain'}}]}"
            })
    void what_r4_allows_passes(String json) {
        assertThat(check(json)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', quoteCharacter = '`', textBlock = """
            # resource type
            {'id':'x'}                                                            ; Resource ; STRUCTURE
            {'resourceType':'Pateint'}                                            ; Pateint ; STRUCTURE
            {'resourceType':7}                                                    ; Resource ; STRUCTURE
            {'resourceType':'Quantity','value':1}                                 ; Quantity ; STRUCTURE
            # unknown elements
            {'resourceType':'Patient','nickname':'x'}                             ; Patient.nickname ; STRUCTURE
            {'resourceType':'Patient','name':[{'fist':'x'}]}                      ; Patient.name[0].fist ; STRUCTURE
            {'resourceType':'Patient','_name':[{'id':'x'}]}                       ; Patient.name ; STRUCTURE
            {'resourceType':'Patient','fhir_comments':['x']}                      ; Patient.fhir_comments ; STRUCTURE
            {'resourceType':'Patient','name':[{'resourceType':'HumanName','text':'x'}]} ; Patient.name[0].resourceType ; STRUCTURE
            {'resourceType':'Bundle','type':'batch','text':{'status':'empty','div':'<div/>'}} ; Bundle.text ; STRUCTURE
            # choices
            {'resourceType':'Patient','deceased':true}                            ; Patient.deceased ; STRUCTURE
            {'resourceType':'Patient','deceasedString':'x'}                       ; Patient.deceasedString ; STRUCTURE
            {'resourceType':'Patient','deceasedBoolean':true,'deceasedDateTime':'2020'} ; Patient ; STRUCTURE
            {'resourceType':'Patient','deceasedBoolean':true,'_deceasedDateTime':{'extension':[{'url':'u','valueCode':'c'}]}} ; Patient ; STRUCTURE
            {'resourceType':'Patient','extension':[{'url':'u','valueNarrative':{'status':'empty'}}]} ; Patient.extension[0].valueNarrative ; STRUCTURE
            {'resourceType':'ActivityDefinition','status':'draft','subjectResource':{'reference':'Group/1'}} ; ActivityDefinition.subjectResource ; STRUCTURE
            # cardinality
            {'resourceType':'Patient','gender':['male']}                          ; Patient.gender ; STRUCTURE
            {'resourceType':'Patient','name':{'text':'x'}}                        ; Patient.name ; STRUCTURE
            {'resourceType':'Patient','name':[{'given':'x'}]}                     ; Patient.name[0].given ; STRUCTURE
            {'resourceType':'Patient','name':[]}                                  ; Patient.name ; STRUCTURE
            {'resourceType':'Observation','code':{'text':'x'}}                    ; Observation ; REQUIRED
            {'resourceType':'Observation','status':'final'}                       ; Observation ; REQUIRED
            {'resourceType':'Patient','link':[{'type':'seealso'}]}                ; Patient.link[0] ; REQUIRED
            {'resourceType':'MedicationRequest','status':'active','intent':'order','subject':{'reference':'Patient/1'}} ; MedicationRequest ; REQUIRED
            {'resourceType':'Patient','text':{'status':'empty'}}                  ; Patient.text ; REQUIRED
            # nulls, empties, wrong kinds
            {'resourceType':'Patient','gender':null}                              ; Patient.gender ; STRUCTURE
            {'resourceType':'Patient','name':[null]}                              ; Patient.name[0] ; STRUCTURE
            {'resourceType':'Patient','name':[{}]}                                ; Patient.name[0] ; STRUCTURE
            {'resourceType':'Patient','name':[{'id':'only'}]}                     ; Patient.name[0] ; STRUCTURE
            {'resourceType':'Patient','name':['Smith']}                           ; Patient.name[0] ; STRUCTURE
            {'resourceType':'Patient','maritalStatus':'M'}                        ; Patient.maritalStatus ; STRUCTURE
            {'resourceType':'Patient','name':[{'given':['A',null]}]}              ; Patient.name[0].given[1] ; STRUCTURE
            {'resourceType':'Patient','name':[{'given':['A',null],'_given':[null,null]}]} ; Patient.name[0].given[1] ; STRUCTURE
            {'resourceType':'Patient','name':[{'_given':[null]}]}                 ; Patient.name[0].given[0] ; STRUCTURE
            {'resourceType':'Patient','_gender':{'id':'only'}}                    ; Patient.gender ; STRUCTURE
            {'resourceType':'Patient','_gender':{}}                               ; Patient.gender ; STRUCTURE
            {'resourceType':'Patient','_gender':{'value':'male'}}                 ; Patient.gender.value ; STRUCTURE
            # primitives
            {'resourceType':'Patient','active':'true'}                            ; Patient.active ; VALUE
            {'resourceType':'Patient','gender':1}                                 ; Patient.gender ; VALUE
            {'resourceType':'Patient','gender':'Male'}                            ; Patient.gender ; CODEINVALID
            {'resourceType':'Patient','gender':''}                                ; Patient.gender ; VALUE
            {'resourceType':'Patient','id':'a/b'}                                 ; Patient.id ; VALUE
            {'resourceType':'Patient','name':[{'text':''}]}                       ; Patient.name[0].text ; VALUE
            {'resourceType':'Patient','birthDate':'1970-02-30'}                   ; Patient.birthDate ; VALUE
            {'resourceType':'Patient','multipleBirthInteger':1.0}                 ; Patient.multipleBirthInteger ; VALUE
            {'resourceType':'Patient','multipleBirthInteger':2147483648}          ; Patient.multipleBirthInteger ; VALUE
            {'resourceType':'Patient','telecom':[{'value':'1','rank':0}]}         ; Patient.telecom[0].rank ; VALUE
            {'resourceType':'Observation','status':'final','code':{'text':'x'},'component':[{'code':{'text':'a'}},{'code':{'text':'b'},'valueQuantity':{'value':'7'}}]} ; Observation.component[1].valueQuantity.value ; VALUE
            # contained, bundles
            {'resourceType':'Patient','contained':[{'resourceType':'Organization','id':'o','contained':[{'resourceType':'Patient'}]}]} ; Patient.contained[0] ; INVARIANT
            {'resourceType':'Patient','contained':[{'resourceType':'Foo'}]}       ; Patient.contained[0] ; STRUCTURE
            {'resourceType':'Bundle','type':'batch','entry':[{'resource':{'resourceType':'Patient','gendre':'x'}}]} ; Bundle.entry[0].resource.gendre ; STRUCTURE
            # extensions
            {'resourceType':'Patient','extension':[{'valueString':'x'}]}          ; Patient.extension[0] ; REQUIRED
            {'resourceType':'Patient','extension':[{'url':'u'}]}                  ; Patient.extension[0] ; INVARIANT
            {'resourceType':'Patient','extension':[{'url':'u','valueString':'x','extension':[{'url':'v','valueCode':'c'}]}]} ; Patient.extension[0] ; INVARIANT
            {'resourceType':'Patient','modifierExtension':[{'url':'u','valueString':''}]} ; Patient.modifierExtension[0].valueString ; VALUE
            # references
            {'resourceType':'Patient','managingOrganization':{'reference':'Organisation/1'}} ; Patient.managingOrganization.reference ; VALUE
            {'resourceType':'Patient','managingOrganization':{'display':'x','type':'Organisation'}} ; Patient.managingOrganization.type ; VALUE
            # narratives
            {'resourceType':'Patient','text':{'status':'empty','div':'hello'}}    ; Patient.text.div ; VALUE
            {'resourceType':'Patient','text':{'status':'empty','div':'<divx/>'}}  ; Patient.text.div ; VALUE
            {'resourceType':'Patient','text':{'status':'empty','div':'<div><script>x</script></div>'}} ; Patient.text.div ; SECURITY
            """)
    void what_r4_forbids_is_found_at_its_place(String json, String expression, IssueType code) {
        assertThat(check(json)).singleElement().satisfies(issue -> {
            assertThat(issue.expression()).isEqualTo(expression);
            assertThat(issue.code()).isEqualTo(code);
            assertThat(issue.text()).endsWith(".");
        });
    }

    @Test
    void sentences_say_what_would_be_right() {
        assertThat(texts("{'resourceType':'Patient','Gender':'male'}"))
                .containsExactly("Patient has no element \"Gender\" in R4; it is written \"gender\".");
        assertThat(texts("{'resourceType':'Patient','deceased':true}"))
                .containsExactly("Patient has no element \"deceased\" in R4; the type of the value belongs to its name:"
                        + " deceasedBoolean, deceasedDateTime.");
        assertThat(texts("{'resourceType':'Patient','gender':'m'}"))
                .containsExactly("gender must be one of female, male, other, unknown; it is \"m\".");
        assertThat(texts("{'resourceType':'Patient','link':[{'type':'refer'}]}"))
                .containsExactly("Patient.link must have the element \"other\".");
    }

    @Test
    void all_findings_come_at_once_but_not_more_than_fifty() {
        assertThat(check("{'resourceType':'Observation','foo':1,'issued':'now'}"))
                .hasSize(4);
        String many = IntStream.range(0, 80).mapToObj(i -> "'x" + i + "':1").collect(Collectors.joining(","));
        assertThat(check("{'resourceType':'Patient'," + many + "}")).hasSize(50);
    }

    private static List<String> texts(String json) {
        return check(json).stream().map(Problem.Issue::text).toList();
    }

    private static List<Problem.Issue> check(String json) {
        return STRUCTURE.check((ObjectNode) JSON.readTree(json.replace('\'', '"')));
    }
}
