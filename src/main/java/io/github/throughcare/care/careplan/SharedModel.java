package io.github.throughcare.care.careplan;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.FhirVersionEnum;
import java.lang.reflect.Field;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.opencds.cqf.cql.engine.fhir.model.R4FhirModelResolver;
import org.opencds.cqf.cql.engine.model.ModelResolver;
import org.opencds.cqf.fhir.utility.model.DynamicModelResolver;
import org.opencds.cqf.fhir.utility.model.FhirModelResolverCache;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The CQL engine's view of FHIR's types, over the server's own FhirContext. The engine's own ({@link R4FhirModelResolver}) makes a second
 * context and scans all resource types of it before the first expression: seconds of CPU and tens of megabytes for the dozen types that
 * CQL looks at. Here a type is read when it is first met, and all of them only for a name that cannot be found otherwise (an
 * enumeration, which HAPI keeps inside of a resource class). What a name means is the same, see {@code SharedModelTest}. Thread-safe.
 */
final class SharedModel extends R4FhirModelResolver {

    private static final Logger LOG = LoggerFactory.getLogger(SharedModel.class);

    private static final String MODEL = "org.hl7.fhir.r4.model.";

    private volatile boolean isComplete;

    SharedModel(FhirContext context) {
        super(context);
    }

    /**
     * Has the library use this view. It keeps its views in a map that nobody can reach from outside, and there is no other way in; with
     * a library that looks different inside everything works as it does without us.
     */
    static void install(FhirContext context) {
        try {
            Field field = FhirModelResolverCache.class.getDeclaredField("cache");
            field.setAccessible(true);
            @SuppressWarnings("unchecked")
            Map<FhirVersionEnum, ModelResolver> cache = (Map<FhirVersionEnum, ModelResolver>) field.get(null);
            synchronized (SharedModel.class) {
                cache.computeIfAbsent(
                        FhirVersionEnum.R4, version -> new DynamicModelResolver(new SharedModel(context)));
            }
        } catch (ReflectiveOperationException | RuntimeException e) {
            LOG.warn("The CQL engine makes a model of its own: {}", e.toString());
        }
    }

    /** Called by the constructor; there is nothing to do beforehand. */
    @Override
    protected void initialize() {}

    /** The engine's own compiles a regular expression for every step that CQL takes. */
    @Override
    public @Nullable Object resolvePath(@Nullable Object target, String path) {
        return path.indexOf('.') < 0 && path.indexOf('[') < 0
                ? resolveProperty(target, path)
                : super.resolvePath(target, path);
    }

    @Override
    public Class<?> resolveType(String typeName) {
        if (!isComplete && !isKnown(typeName)) {
            complete();
        }
        return super.resolveType(typeName);
    }

    /** Whether it is a data type, a resource type or an element of one: what is found by its name alone. */
    private boolean isKnown(String typeName) {
        String name = typeName.startsWith("FHIR.") ? typeName.substring("FHIR.".length()) : typeName;
        int dot = name.indexOf('.');
        String outer = dot < 0 ? name : name.substring(0, dot);
        return getFhirContext().getResourceTypes().contains(outer)
                || getFhirContext().getElementDefinition(outer) != null
                || isThere(MODEL + "Enumerations$" + name)
                || isThere(MODEL + name);
    }

    private static boolean isThere(String className) {
        try {
            Class.forName(className, false, SharedModel.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException | LinkageError e) { // a linkage error: the same name in other letters
            return false;
        }
    }

    private synchronized void complete() {
        if (!isComplete) {
            getFhirContext().getResourceTypes().forEach(getFhirContext()::getResourceDefinition);
            isComplete = true;
        }
    }
}
