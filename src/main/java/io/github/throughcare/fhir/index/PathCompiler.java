package io.github.throughcare.fhir.index;

import ca.uhn.fhir.context.BaseRuntimeChildDefinition;
import ca.uhn.fhir.context.BaseRuntimeElementCompositeDefinition;
import ca.uhn.fhir.context.BaseRuntimeElementDefinition;
import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.RuntimeChildPrimitiveEnumerationDatatypeDefinition;
import ca.uhn.fhir.context.RuntimeResourceDefinition;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Compiles the FHIRPath of a search parameter into {@link Path}s over JSON. It knows the forms that R4's own parameters use:
 * element paths, {@code as(T)}, {@code where(resolve() is T)}, {@code where(x='y')}, {@code [n]} and
 * {@code X.exists() and X != false}; anything else is an {@link IllegalArgumentException}.
 */
final class PathCompiler {

    private static final Pattern RESOLVES_TO = Pattern.compile("\\.where\\(resolve\\(\\) is (\\w+)\\)$");
    private static final Pattern AS = Pattern.compile("^(.*?)(?:\\.as\\((\\w+)\\)| as (\\w+))$");
    private static final Pattern EXISTS = Pattern.compile("^([\\w.]+)\\.exists\\(\\) and \\1 != false$");
    private static final Pattern CAST_INSIDE = Pattern.compile("^\\(([\\w.]+) as (\\w+)\\)((?:\\.\\w+)+)$");
    private static final Pattern STEP =
            Pattern.compile("(\\w+)(?:\\[\\d+])?(?:\\.where\\((\\w+)='([^']*)'\\))?(?:\\.|$)");

    private final FhirContext context;

    PathCompiler(FhirContext context) {
        this.context = context;
    }

    List<Path> compile(Param param) {
        return compile(param.type(), param.expression());
    }

    List<Path> compile(String type, String expression) {
        List<Path> paths = new ArrayList<>();
        for (String alternative : expression.split(" \\| ")) {
            Path path = alternative(type, alternative.trim());
            if (path != null) {
                paths.add(path);
            }
        }
        return List.copyOf(paths);
    }

    private @Nullable Path alternative(String type, String text) {
        Matcher cast = CAST_INSIDE.matcher(text);
        if (cast.matches()) {
            return path(type, cast.group(1) + ".as(" + cast.group(2) + ")" + cast.group(3), null, null, false);
        }
        String expression = text.startsWith("(") && text.endsWith(")") ? text.substring(1, text.length() - 1) : text;
        Matcher exists = EXISTS.matcher(expression);
        if (exists.matches()) {
            return path(type, exists.group(1), null, null, true);
        }
        String target = null;
        Matcher resolves = RESOLVES_TO.matcher(expression);
        if (resolves.find()) {
            target = resolves.group(1);
            expression = expression.substring(0, resolves.start());
        }
        String as = null;
        Matcher cut = AS.matcher(expression);
        if (cut.matches()) {
            expression = cut.group(1);
            as = cut.group(2) != null ? cut.group(2) : cut.group(3);
        }
        return path(type, expression, as, target, false);
    }

    private @Nullable Path path(
            String type, String expression, @Nullable String as, @Nullable String target, boolean exists) {
        RuntimeResourceDefinition root = context.getResourceDefinition(type);
        List<Path.Step> steps = new ArrayList<>();
        List<BaseRuntimeElementDefinition<?>> here = List.of(root);
        String rest = expression.equals(type)
                ? ""
                : expression.startsWith(type + ".") ? expression.substring(type.length() + 1) : expression;
        rest = rest.replaceAll("\\.as\\((\\w+)\\)", "#$1");
        int at = 0;
        String[] parts = rest.replaceAll("#", "~").split("~", 2);
        String head = parts[0];
        String midCast = parts.length > 1 ? parts[1].split("\\.", 2)[0] : null;
        String tail = parts.length > 1 ? parts[1].split("\\.", 2)[1] : null;
        Matcher step = STEP.matcher(head);
        while (at < head.length()) {
            if (!step.find(at) || step.start() != at) {
                throw new IllegalArgumentException("Unknown form of expression: " + expression);
            }
            at = step.end();
            boolean last = at >= head.length();
            here = add(
                    steps,
                    here,
                    step.group(1),
                    step.group(2),
                    step.group(3),
                    last ? (midCast != null ? midCast : as) : null);
        }
        if (tail != null) {
            here = add(steps, here, tail, null, null, null);
        }
        return steps.isEmpty() || here.isEmpty() ? null : new Path(List.copyOf(steps), target, exists);
    }

    private List<BaseRuntimeElementDefinition<?>> add(
            List<Path.Step> steps,
            List<BaseRuntimeElementDefinition<?>> parents,
            String name,
            @Nullable String where,
            @Nullable String equal,
            @Nullable String as) {
        List<Path.Name> names = new ArrayList<>();
        List<BaseRuntimeElementDefinition<?>> next = new ArrayList<>();
        boolean repeats = false;
        for (BaseRuntimeElementDefinition<?> parent : parents) {
            if (!(parent instanceof BaseRuntimeElementCompositeDefinition<?> composite)) {
                continue;
            }
            BaseRuntimeChildDefinition child = composite.getChildByName(name);
            if (child == null) {
                child = composite.getChildByName(name + "[x]");
            }
            if (child == null) {
                throw new IllegalArgumentException("No element " + name + " in " + composite.getName());
            }
            repeats |= child.getMax() != 1;
            for (String json : child.getValidChildNames()) {
                BaseRuntimeElementDefinition<?> definition = child.getChildByName(json);
                if (definition == null || json.endsWith("[x]")) {
                    continue;
                }
                String dataType = definition.getName();
                if (as == null || as.equalsIgnoreCase(dataType)) {
                    names.add(new Path.Name(json, dataType, systems(child)));
                    next.add(definition);
                }
            }
        }
        steps.add(new Path.Step(List.copyOf(names), where, equal, repeats));
        return next;
    }

    private static Set<String> systems(BaseRuntimeChildDefinition child) {
        Class<? extends Enum<?>> bound =
                child instanceof RuntimeChildPrimitiveEnumerationDatatypeDefinition e ? e.getBoundEnumType() : null;
        if (bound == null) {
            return Set.of();
        }
        Set<String> systems = new TreeSet<>();
        try {
            Method system = bound.getMethod("getSystem");
            for (Enum<?> constant : bound.getEnumConstants()) {
                Object name = system.invoke(constant);
                if (name instanceof String text && !text.equals("?")) {
                    systems.add(text);
                }
            }
        } catch (ReflectiveOperationException e) {
            return Set.of(); // an enumeration without systems: any is taken as right
        }
        return Set.copyOf(systems);
    }
}
