package io.github.throughcare.worklist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nothing from outside becomes markup. */
class HtmlTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<script>alert(1)</script>",
                "\"><img src=x onerror=alert(1)>",
                "' onmouseover='alert(1)",
                "</td><td>",
                "&lt;b&gt;",
                "a\u0000b"
            })
    void text_and_attributes_are_escaped(String hostile) {
        String page = new Html().element("p", hostile, "title", hostile).page();
        assertThat(page).startsWith("<!DOCTYPE html><p title=\"").endsWith("</p>");
        String inner = page.substring("<!DOCTYPE html><p title=\"".length(), page.length() - "</p>".length());
        assertThat(inner.replace("\">", "")).doesNotContain("<", ">", "\"", "'", "\u0000");
    }

    @Test
    void an_attribute_without_a_value_is_left_out_and_an_empty_one_stands_alone() {
        assertThat(new Html().open("input", "value", null, "checked", "").page())
                .isEqualTo("<!DOCTYPE html><input checked>");
    }

    @Test
    void what_is_not_closed_is_no_page() {
        assertThatThrownBy(() -> new Html().open("p").page()).isInstanceOf(IllegalStateException.class);
    }
}
