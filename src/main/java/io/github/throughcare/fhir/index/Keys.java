package io.github.throughcare.fhir.index;

import com.dynatrace.hash4j.hashing.Hasher64;
import com.dynatrace.hash4j.hashing.Hashing;
import java.util.Collection;

/**
 * The 64-bit keys of the index (docs/storage.md). A key of a value under a parameter is {@code hash(value) ^ seed(parameter)}, so
 * one btree serves all types and parameters, and SQL can turn the key of a resource into the key of a reference to it by XOR.
 * The hash is XXH3 with a secret of the database, so that clients cannot choose colliding values.
 */
public final class Keys {

    private final Hasher64 hasher;

    public Keys(long secret) {
        this.hasher = Hashing.xxh3_64(secret);
    }

    /** Key of a resource, and of a reference to it: {@code Type/id}. */
    public long self(String type, String id) {
        return hasher.hashCharsToLong(type + "/" + id);
    }

    /** Keys of resources of one type, in the order of their ids. */
    public long[] selves(String type, Collection<String> ids) {
        return ids.stream().mapToLong(id -> self(type, id)).toArray();
    }

    /** Key of any text as it stands: an absolute reference, a canonical, a uri. */
    public long text(String value) {
        return hasher.hashCharsToLong(value);
    }

    /** What is XORed into every key of this parameter of this type. */
    public long seed(String type, String code) {
        return hasher.hashCharsToLong("\u0001" + type + "." + code);
    }

    /** {@code system|code}; an absent system is the empty string. */
    public long systemCode(String system, String code) {
        return hasher.hashCharsToLong("\u0002" + system + "|" + code);
    }

    /** A code in whatever system. */
    public long code(String code) {
        return hasher.hashCharsToLong("\u0003" + code);
    }

    /** Any code of a system. */
    public long system(String system) {
        return hasher.hashCharsToLong("\u0004" + system);
    }

    /** Identifier by its type: {@code system|code|value} of the {@code :of-type} modifier. */
    public long ofType(String typeSystem, String typeCode, String value) {
        return hasher.hashCharsToLong("\u0005" + typeSystem + "|" + typeCode + "|" + value);
    }

    /** A logical reference's identifier, for {@code :identifier}; system {@code *} stands for any. */
    public long logical(String system, String value) {
        return hasher.hashCharsToLong("\u0006" + system + "|" + value);
    }

    /** A string exactly as it was written. */
    public long exact(String value) {
        return hasher.hashCharsToLong("\u0007" + value);
    }

    /** A folded text of a code or reference. */
    public long said(String folded) {
        return hasher.hashCharsToLong("\u000c" + folded);
    }

    /** The token of a row that carries this text with no code beside it. */
    public static long bare(long said) {
        return said ^ 0x9E3779B97F4A7C15L;
    }

    /** Two keys of components that stand in one element, under the seed of the composite parameter; their order counts. */
    public static long together(long seed, long first, long second) {
        return seed ^ (Long.rotateLeft(first * 0x9E3779B97F4A7C15L, 29) + second) * 0xD6E8FEB86659FD93L;
    }

    /** A coding of a resource of one patient: both in one key. */
    public static long ofPatient(long patient, long coding) {
        return together(0x7061746965L, patient, coding);
    }

    /** XORed into the seed of a parameter for the rows that hold its values in a canonical UCUM unit. */
    public long measure(String canonicalUnit) {
        return hasher.hashCharsToLong("\u000b" + canonicalUnit);
    }

    /** The versions of a canonical that begin so, for {@code :below}: {@code url|1} stands for {@code url|1}, {@code url|1.0}, ... */
    public long versions(String canonical) {
        return hasher.hashCharsToLong("\u000e" + canonical);
    }

    /** A reference that no search parameter knows: so that who refers to a resource can be found all the same. */
    public long unlisted(long self) {
        return self ^ unlistedSeed();
    }

    /** What is XORed into the keys of {@link #unlisted}. */
    public long unlistedSeed() {
        return hasher.hashCharsToLong("\u0009reference");
    }

    /** XORed into the seeds of what is known of resources that are contained, and referred to under the parameter with this seed. */
    public static long contained(long seed) {
        return Long.rotateLeft(seed, 13) ^ 0x636f6e7461696eL;
    }

    /** The key that says of a contained resource that the parameter with this seed has a value there. */
    public static long there(long seed) {
        return Long.rotateLeft(seed, 41) ^ 0x7468657265L;
    }

    /** Membership of a resource in a Patient's compartment other than by its patient column. */
    public long compartment(long patientSelf) {
        return patientSelf ^ hasher.hashCharsToLong("\u0008compartment");
    }
}
