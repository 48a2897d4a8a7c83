package io.github.throughcare.fhir.validation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NarrativesTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<div xmlns=\"http://www.w3.org/1999/xhtml\"><p class='a'>on click = no script</p></div>",
                "<div><a href=\"http://x.org/?onclick=1\" title=\"javascript: a language\">x</a></div>",
                "<div><img src='data:image/png;base64,AAAA' alt='on=1 onclick=\"x\"'/></div>",
                "<div>a &lt;script&gt; b < c</div>",
                "<div><table><col/><thead><tr><th scope=\"col\">x</th></tr></thead></table></div>",
                "<div><!-- <p --> -></div>",
                "<div"
            })
    void formatted_text_is_let_through(String div) {
        assertThat(Narratives.active(div)).isNull();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            <div><script>x</script></div>                      | <script>
            <div><SCRIPT src='x'/></div>                       | <script>
            <div><h:script xmlns:h='x'/></div>                 | <script>
            <div><iframe src='x'/></div>                       | <iframe>
            <div><form action='x'/></div>                      | <form>
            <div onclick='x'>y</div>                           | onclick
            <div><p class="a>b" OnMouseOver = "x">y</p></div>  | onmouseover
            <div><img src="x"onerror="y"/></div>               | onerror
            <div><img/onerror=y></div>                         | onerror
            <div><a href="javascript:x">y</a></div>            | javascript:
            <div><a href=' JavaScript&#58;x'>y</a></div>       | javascript:
            <div><a href="&#x6A;ava&#9;script:x">y</a></div>   | javascript:
            <div><a href=javascript:x>y</a></div>              | javascript:
            <div><p title="a < b" onload="x">y</p></div>       | onload
            <div><!-- it's --><p onload="x">y</p></div>        | onload
            """)
    void what_a_browser_would_act_on_is_named(String div, String active) {
        assertThat(Narratives.active(div)).isEqualTo(active);
    }
}
