package io.github.throughcare.care;

/** Canonical URLs of what the project defines: {@code https://throughcare.github.io/ig}. */
public final class Ig {

    public static final String BASE = "https://throughcare.github.io/ig";
    public static final String FLAG_KIND = codeSystem("flag-kind");
    public static final String TASK_KIND = codeSystem("task-kind");
    public static final String SCORE_BAND = codeSystem("score-band");

    private Ig() {}

    public static String codeSystem(String id) {
        return BASE + "/CodeSystem/" + id;
    }

    public static String extension(String id) {
        return BASE + "/StructureDefinition/" + id;
    }

    public static String questionnaire(String id) {
        return BASE + "/Questionnaire/" + id;
    }

    public static String planDefinition(String id) {
        return BASE + "/PlanDefinition/" + id;
    }
}
