package io.github.throughcare.fhir.index;

import com.dynatrace.hash4j.hashing.HashStream64;
import com.dynatrace.hash4j.hashing.Hashing;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** All that one resource yields for the index: filled by {@link Indexer}, written by storage. Keys: {@link Keys}. */
public final class IndexValues {

    /** A folded string under the seed of its parameter. */
    public record Str(long h, String v) {}

    /** A stretch of time under the seed of its parameter. */
    public record Date(long h, long lo, long hi) {}

    /**
     * A number under the seed of its parameter.
     *
     * @param unit key of system|code, 0 without
     * @param code key of the bare code, else of the unit as written, 0 without
     * @param also key of the unit as written if it is another, and keys of the codes that stand in the same element
     */
    public record Num(long h, double lo, double hi, long unit, long code, List<Long> also) {}

    /**
     * A text of a code or reference: {@code :text} looks it up to learn what to look for.
     *
     * @param h seed of the parameter's texts
     * @param v folded, at most {@value #LONGEST} characters
     * @param lead the token of a row that carries it
     * @param key stands for all three
     */
    public record Term(long h, String v, long lead, long key) {}

    /** As much of a text as is compared: {@value #LONGEST} characters, and no half of one. */
    static String beginning(String folded) {
        return folded.length() <= LONGEST
                ? folded
                : folded.substring(0, Character.isHighSurrogate(folded.charAt(LONGEST - 1)) ? LONGEST - 1 : LONGEST);
    }

    private final Longs all = new Longs();
    /** Keys of texts: filtered by only, and no part of a composite. */
    private final Longs said = new Longs();

    private final List<Term> terms = new ArrayList<>();
    private final Longs walked = new Longs();
    private final Longs links = new Longs();
    private final Longs covered = new Longs();
    private final List<Str> strings = new ArrayList<>();
    private final List<Date> dates = new ArrayList<>();
    private final List<Num> numbers = new ArrayList<>();
    private @Nullable Long patient;
    private @Nullable Long state;
    private @Nullable Interval principal;
    private long present;
    private final boolean contained;

    IndexValues() {
        this(false);
    }

    /** @param contained in another resource, whose compartments are not its own */
    IndexValues(boolean contained) {
        this.contained = contained;
    }

    /** Keys and rows of a resource that is contained in this one. */
    void take(IndexValues inner) {
        all.addAll(inner.all);
        said.addAll(inner.said);
        walked.addAll(inner.walked);
        terms.addAll(inner.terms);
        inner.strings.forEach(this::add);
        dates.addAll(inner.dates);
        numbers.addAll(inner.numbers);
    }

    /** Membership in a compartment. */
    void member(long key) {
        if (!contained) {
            token(key);
        }
    }

    /** A key that a search may start from (a row of {@code token}) and filter by. */
    void token(long key) {
        all.add(key);
        walked.add(key);
    }

    /** A key that a search filters by only. */
    void filter(long key) {
        all.add(key);
    }

    /** A text that rows with the token {@code lead} may carry; this one does. */
    void text(long h, String v, long key, long lead) {
        said.add(key);
        terms.add(new Term(h, v, lead, Keys.together(h, key, lead)));
    }

    void link(long self) {
        links.add(self);
    }

    /** Longer strings go on in rows under other seeds: an entry of a btree has a limit. */
    public static final int LONGEST = 500;
    /** So far the pieces of a longer string overlap: what is not longer is found wherever it stands. */
    public static final int OVERLAP = 100;

    /** The seed of the pieces after the first. */
    public static long piecesSeed(long h) {
        return Long.rotateLeft(h, 24) ^ 0x7069656365L;
    }

    /** The seed of the last piece of a string of {@value #LONGEST} characters or more. */
    public static long lastPieceSeed(long h) {
        return Long.rotateLeft(h, 24) ^ 0x6c617374L;
    }

    /** A link that a search parameter's key, or the patient column, leads back from. */
    void covered(long self) {
        covered.add(self);
    }

    /** The links that nothing leads back from. */
    long[] uncovered() {
        long[] known = covered.sorted();
        return Arrays.stream(links.sorted())
                .filter(l -> Arrays.binarySearch(known, l) < 0)
                .toArray();
    }

    void string(long h, String folded) {
        if (folded.length() < LONGEST) {
            add(new Str(h, folded));
            return;
        }
        add(new Str(h, folded.substring(0, LONGEST)));
        int step = LONGEST - OVERLAP;
        int from = step;
        for (; from + LONGEST < folded.length(); from += step) {
            add(new Str(piecesSeed(h), folded.substring(from, from + LONGEST)));
        }
        add(new Str(lastPieceSeed(h), folded.substring(Math.min(from, folded.length() - OVERLAP))));
    }

    private void add(Str s) {
        if (!strings.contains(s)) {
            strings.add(s);
        }
    }

    /** A text that rows with the token {@code lead} carry, and they alone: no key of it is needed to filter. */
    void meta(long h, String v, long lead) {
        terms.add(new Term(h, beginning(v), lead, Keys.together(h, lead, lead)));
    }

    void date(long h, Interval i) {
        Date d = new Date(h, i.lo(), i.hi());
        if (!dates.contains(d)) {
            dates.add(d);
        }
    }

    void number(Num n) {
        if (!numbers.contains(n)) {
            numbers.add(n);
        }
    }

    void present(int bit) {
        present |= 1L << bit;
    }

    boolean isPresent(int bit) {
        return (present >> bit & 1) != 0;
    }

    void patient(long self) {
        patient = self;
    }

    void state(long key) {
        state = key;
    }

    void principal(Interval i) {
        principal = principal == null ? i : principal.span(i);
    }

    /** Every token key, sorted, once each. */
    public long[] tokens() {
        return said.size == 0 ? all.sorted() : all.and(said).sorted();
    }

    /** The token keys without those of texts. */
    long[] keys() {
        return all.sorted();
    }

    public List<Term> terms() {
        return terms;
    }

    /** The token keys that have a row in {@code token}, sorted, once each. */
    public long[] walkedTokens() {
        return walked.sorted();
    }

    /** Keys of the local resources it refers to, sorted, once each. */
    public long[] links() {
        return links.sorted();
    }

    public List<Str> strings() {
        return strings;
    }

    public List<Date> dates() {
        return dates;
    }

    public List<Num> numbers() {
        return numbers;
    }

    /** Key of the Patient it belongs to, if its type has one patient. */
    public @Nullable Long patient() {
        return patient;
    }

    /** Key of its principal status. */
    public @Nullable Long state() {
        return state;
    }

    /** Its principal date. */
    public @Nullable Interval principal() {
        return principal;
    }

    public long present() {
        return present;
    }

    /** A digest of strings, dates and numbers: equal digests mean that their rows need no change. */
    public long sideDigest() {
        HashStream64 d = Hashing.xxh3_64().hashStream();
        for (Str s : strings) {
            d.putLong(s.h()).putString(s.v());
        }
        d.putInt(strings.size());
        for (Date t : dates) {
            d.putLong(t.h()).putLong(t.lo()).putLong(t.hi());
        }
        d.putInt(dates.size());
        for (Num n : numbers) {
            d.putLong(n.h())
                    .putDouble(n.lo())
                    .putDouble(n.hi())
                    .putLong(n.unit())
                    .putLong(n.code())
                    .putInt(n.also().size());
            n.also().forEach(d::putLong);
        }
        return d.getAsLong();
    }

    /** A growing array of longs. */
    private static final class Longs {
        private long[] values = new long[16];
        private int size;

        void add(long v) {
            if (size == values.length) {
                values = Arrays.copyOf(values, size * 2);
            }
            values[size++] = v;
        }

        void addAll(Longs others) {
            for (int i = 0; i < others.size; i++) {
                add(others.values[i]);
            }
        }

        Longs and(Longs others) {
            Longs both = new Longs();
            both.values = Arrays.copyOf(values, size + others.size);
            System.arraycopy(others.values, 0, both.values, size, others.size);
            both.size = both.values.length;
            return both;
        }

        long[] sorted() {
            long[] copy = Arrays.copyOf(values, size);
            Arrays.sort(copy);
            int n = 0;
            for (int i = 0; i < copy.length; i++) {
                if (i == 0 || copy[i] != copy[i - 1]) {
                    copy[n++] = copy[i];
                }
            }
            return Arrays.copyOf(copy, n);
        }
    }
}
