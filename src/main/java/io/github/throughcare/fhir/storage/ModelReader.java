package io.github.throughcare.fhir.storage;

import ca.uhn.fhir.context.FhirContext;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.hl7.fhir.r4.model.Base;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Narrative;
import org.hl7.fhir.r4.model.PrimitiveType;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.ResourceFactory;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

/**
 * Stored JSON as an object of HAPI's model, several times faster than HAPI's parser: the model's own {@code makeProperty} and
 * {@code addChild} say which element a name is, so nothing is looked up by reflection. What was stored has been checked before, so
 * nothing is checked again. Where a resource holds others (contained, Bundle, Parameters), or anything is not as expected, HAPI's
 * parser does it. Thread-safe.
 */
public final class ModelReader {

    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(1000)
                    .maxNumberLength(1000)
                    .maxStringLength(Integer.MAX_VALUE)
                    .build())
            .build();

    /** Names of elements that the model makes by {@code addChild} alone: a choice of types, with the type in the name. */
    private static final ClassValue<Map<String, Boolean>> CHOICES = new ClassValue<>() {
        @Override
        protected Map<String, Boolean> computeValue(Class<?> type) {
            return new ConcurrentHashMap<>();
        }
    };

    private final FhirContext context;

    public ModelReader(FhirContext context) {
        this.context = context;
    }

    /** The resource, as HAPI's parser would read it. */
    public Resource read(byte[] json) {
        return read(json, null);
    }

    /**
     * A part of the resource.
     *
     * @param only names of the elements that are wanted beside id and meta, of a choice of types without the type; null: all. There may be
     *     others too
     */
    public Resource read(byte[] json, @Nullable Set<String> only) {
        Resource resource = quick(json, only);
        return resource != null
                ? resource
                : (Resource) context.newJsonParser().parseResource(new String(json, StandardCharsets.UTF_8));
    }

    /** Null where HAPI's parser is asked. */
    static @Nullable Resource quick(byte[] json, @Nullable Set<String> only) {
        String type = type(json);
        if (type == null || type.equals("Bundle") || type.equals("Parameters")) {
            return null;
        }
        Resource resource;
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), json)) {
            resource = ResourceFactory.createResource(type);
            parser.nextToken();
            new Reading(parser).object(resource, only);
        } catch (RuntimeException e) {
            return null; // unusual: HAPI's parser knows what to do, or what to say
        }
        String id = resource.getIdElement().getIdPart();
        if (id != null) {
            String version = resource.getMeta().getVersionId();
            resource.setId(new IdType(type, id, version));
        }
        return resource;
    }

    /** The resourceType, wherever it stands. */
    private static @Nullable String type(byte[] json) {
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), json)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return null;
            }
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = parser.currentName();
                parser.nextToken();
                if (name.equals("resourceType")) {
                    return parser.getString();
                }
                parser.skipChildren();
            }
            return null;
        }
    }

    /** Something for HAPI's parser. */
    private static final class Unusual extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Unusual() {
            super(null, null, false, false);
        }
    }

    private record Reading(JsonParser parser) {

        /** Fills an element from the object that the parser stands at the beginning of. */
        void object(Base into) {
            object(into, null);
        }

        /** @param only what is wanted of a resource; null: everything */
        void object(Base into, @Nullable Set<String> only) {
            Map<String, List<Base>> primitives = null;
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = parser.currentName();
                JsonToken token = parser.nextToken();
                if (only != null && !isWanted(name, only)) {
                    parser.skipChildren();
                    continue;
                }
                if (name.equals("contained") || name.equals("fhir_comments")) {
                    throw new Unusual();
                }
                boolean more = name.charAt(0) == '_';
                String of = more ? name.substring(1) : name;
                if (token == JsonToken.START_OBJECT && !more) {
                    object(into.addChild(of));
                } else if (token == JsonToken.START_ARRAY && !more) {
                    primitives = array(into, of, primitives);
                } else if (name.equals("resourceType") && into instanceof Resource) {
                    continue;
                } else if (into instanceof Narrative narrative && name.equals("div")) {
                    narrative.setDivAsString(parser.getString());
                } else {
                    primitives = primitives == null ? new HashMap<>(4) : primitives;
                    List<Base> made = primitives.computeIfAbsent(of, n -> new ArrayList<>(1));
                    if (more) {
                        extend(into, of, made, token);
                    } else {
                        value(primitive(into, of, made, 0), token);
                    }
                }
            }
        }

        private static boolean isWanted(String name, Set<String> only) {
            String of = name.charAt(0) == '_' ? name.substring(1) : name;
            return only.contains(of)
                    || of.equals("id")
                    || of.equals("meta")
                    || only.stream()
                            .anyMatch(o -> of.length() > o.length()
                                    && of.startsWith(o)
                                    && Character.isUpperCase(of.charAt(o.length())));
        }

        private @Nullable Map<String, List<Base>> array(
                Base into, String name, @Nullable Map<String, List<Base>> primitives) {
            Map<String, List<Base>> known = primitives;
            int at = 0;
            for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
                if (token == JsonToken.START_OBJECT) {
                    object(into.addChild(name));
                    continue;
                }
                known = known == null ? new HashMap<>(4) : known;
                Base primitive = primitive(into, name, known.computeIfAbsent(name, n -> new ArrayList<>(4)), at++);
                if (token != JsonToken.VALUE_NULL) {
                    value(primitive, token);
                }
            }
            return known;
        }

        /** The sibling with an underscore: id and extensions of a primitive (R4 json.html#primitive). */
        private void extend(Base into, String name, List<Base> made, JsonToken token) {
            if (token == JsonToken.START_OBJECT) {
                object(primitive(into, name, made, 0));
                return;
            }
            if (token != JsonToken.START_ARRAY) {
                throw new Unusual();
            }
            int at = 0;
            for (JsonToken t = parser.nextToken(); t != JsonToken.END_ARRAY; t = parser.nextToken()) {
                Base primitive = primitive(into, name, made, at++);
                if (t == JsonToken.START_OBJECT) {
                    object(primitive);
                } else if (t != JsonToken.VALUE_NULL) {
                    throw new Unusual();
                }
            }
        }

        /** The n-th primitive of a name; made once, whether its value or its extensions come first. */
        private static Base primitive(Base into, String name, List<Base> made, int at) {
            if (at > made.size()) {
                throw new Unusual();
            }
            if (at == made.size()) {
                made.add(make(into, name));
            }
            return made.get(at);
        }

        private static Base make(Base into, String name) {
            Map<String, Boolean> choices = CHOICES.get(into.getClass());
            if (!choices.containsKey(name)) {
                try {
                    if (into.makeProperty(name.hashCode(), name) instanceof PrimitiveType<?> primitive) {
                        return primitive;
                    }
                    throw new Unusual();
                } catch (org.hl7.fhir.exceptions.FHIRException e) {
                    into.addChild(name);
                    choices.put(name, true);
                }
            }
            return into.addChild(name);
        }

        private void value(Base primitive, JsonToken token) {
            if (!token.isScalarValue() || token == JsonToken.VALUE_NULL) {
                throw new Unusual();
            }
            String text = parser.getString();
            if (token == JsonToken.VALUE_NUMBER_FLOAT && (text.indexOf('E') >= 0 || text.indexOf('e') >= 0)) {
                throw new Unusual(); // written out
            }
            ((PrimitiveType<?>) primitive).setValueAsString(text);
        }
    }
}
