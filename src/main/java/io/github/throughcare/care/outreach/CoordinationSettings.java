package io.github.throughcare.care.outreach;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of case management.
 *
 * @param caseloadCap acuity points that one manager may carry ({@code THROUGHCARE_CASELOAD_CAP}); none by default
 * @param reopenDays days after its end in which a case may be opened again ({@code THROUGHCARE_REOPEN_DAYS}); without an end by default
 * @param askAgainDays days in which somebody who refused is not asked again, where they name no day themselves
 *     ({@code THROUGHCARE_ASK_AGAIN_DAYS}, default 180)
 */
@ConfigurationProperties("throughcare.coordination")
record CoordinationSettings(
        @Nullable BigDecimal caseloadCap,
        @Nullable Integer reopenDays,
        @DefaultValue("180") int askAgainDays) {}
