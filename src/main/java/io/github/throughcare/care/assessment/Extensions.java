package io.github.throughcare.care.assessment;

import io.github.throughcare.care.Ig;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.hl7.fhir.instance.model.api.IBaseHasExtensions;
import org.hl7.fhir.r4.model.BooleanType;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.Type;

/** How the extensions of a form are read. */
final class Extensions {

    /** What the URLs of SDC's extensions on forms begin with. */
    static final String SDC = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-";

    /** What the URLs of the core extensions begin with. */
    static final String CORE = "http://hl7.org/fhir/StructureDefinition/";

    private Extensions() {}

    /** All with this URL. */
    static Stream<Extension> all(IBaseHasExtensions of, String url) {
        return of.getExtension().stream().map(Extension.class::cast).filter(e -> url.equals(e.getUrl()));
    }

    /** All of the project's own with this id. */
    static Stream<Extension> own(IBaseHasExtensions of, String id) {
        return all(of, Ig.extension(id));
    }

    /** The first value of that type. */
    static <T extends Type> Optional<T> value(IBaseHasExtensions of, String url, Class<T> type) {
        return all(of, url)
                .map(Extension::getValue)
                .filter(type::isInstance)
                .map(type::cast)
                .findFirst();
    }

    /** Values of the parts with this name. */
    static <T extends Type> Stream<T> parts(Extension of, String name, Class<T> type) {
        return of.getExtensionsByUrl(name).stream()
                .map(Extension::getValue)
                .filter(Objects::nonNull)
                .filter(type::isInstance)
                .map(type::cast);
    }

    /** The first of them. */
    static <T extends Type> Optional<T> part(Extension of, String name, Class<T> type) {
        return parts(of, name, type).findFirst();
    }

    /** A boolean, or what counts where it is absent. */
    static boolean flag(IBaseHasExtensions of, String url, boolean otherwise) {
        return value(of, url, BooleanType.class).map(BooleanType::booleanValue).orElse(otherwise);
    }
}
