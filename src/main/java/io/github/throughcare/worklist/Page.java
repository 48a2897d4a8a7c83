package io.github.throughcare.worklist;

/** What all pages have in common. */
final class Page {

    private Page() {}

    static Html begin(String title) {
        Html html = new Html();
        html.open("html", "lang", "en").open("head");
        html.open("meta", "charset", "utf-8");
        html.open("meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
        html.element("title", title + " - Throughcare");
        html.open("link", "rel", "stylesheet", "href", "/worklist.css");
        html.close().open("body");
        html.element("a", "Skip to content", "class", "skip", "href", "#content");
        html.open("header").open("nav", "aria-label", "Main");
        html.element("a", "Discharge worklist", "href", "/");
        html.close().close();
        return html.open("main", "id", "content", "tabindex", "-1");
    }

    static String end(Html html) {
        return html.close().close().close().page();
    }

    /** A heading cell. */
    static void heads(Html html, String... names) {
        html.open("thead").open("tr");
        for (String name : names) {
            html.element("th", name, "scope", "col");
        }
        html.close().close();
    }
}
