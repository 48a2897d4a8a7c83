package io.github.throughcare.fhir.rest;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.stereotype.Component;

/**
 * Lets the JVM give memory back that a load has made it take: it looks once in half a minute without work, and keeps less free heap
 * than by default. Options of the command line that say otherwise are left alone.
 */
@Component
final class IdleHeap implements ApplicationListener<ApplicationReadyEvent> {

    private static final Logger LOG = LoggerFactory.getLogger(IdleHeap.class);

    /** Options of HotSpot that may be changed while it runs. */
    private static final Map<String, String> OPTIONS =
            Map.of("G1PeriodicGCInterval", "30000", "MinHeapFreeRatio", "10", "MaxHeapFreeRatio", "30");

    @Override
    public void onApplicationEvent(ApplicationReadyEvent event) {
        try {
            HotSpotDiagnosticMXBean jvm = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
            for (String name : new String[] {"G1PeriodicGCInterval", "MinHeapFreeRatio", "MaxHeapFreeRatio"}) {
                if (jvm.getVMOption(name).getOrigin() != com.sun.management.VMOption.Origin.VM_CREATION) {
                    jvm.setVMOption(name, OPTIONS.get(name));
                }
            }
        } catch (RuntimeException e) {
            LOG.debug("This JVM keeps its heap: {}", e.toString());
        }
    }
}
