package io.github.throughcare.care;

import io.github.throughcare.fhir.Problem;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Reading, deciding and writing back without a lock in between: when somebody else wrote one of the resources meanwhile, the write is
 * refused (409 or 412) and all is looked at anew.
 */
public final class FreshLook {

    private static final Set<Integer> WRITTEN_MEANWHILE = Set.of(409, 412);
    private static final int ATTEMPTS = 10;

    private FreshLook() {}

    /**
     * @param work reads what it needs each time it is called, and has no effect when it fails
     * @throws Problem 409 or 412 when others were faster ten times, any other at once
     */
    public static <T> T untilAlone(Supplier<T> work) {
        for (int attempt = 1; ; attempt++) {
            try {
                return work.get();
            } catch (Problem p) {
                if (!WRITTEN_MEANWHILE.contains(p.status()) || attempt == ATTEMPTS) {
                    throw p;
                }
            }
        }
    }
}
