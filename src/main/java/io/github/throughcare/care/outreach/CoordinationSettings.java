package io.github.throughcare.care.outreach;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Settings of case management.
 *
 * @param caseloadCap acuity points that one manager may carry ({@code THROUGHCARE_CASELOAD_CAP}); none by default
 */
@ConfigurationProperties("throughcare.coordination")
record CoordinationSettings(@Nullable BigDecimal caseloadCap) {}
