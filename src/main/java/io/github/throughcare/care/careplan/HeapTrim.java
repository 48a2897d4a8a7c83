package io.github.throughcare.care.careplan;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gives the heap that a burst of garbage took back to the system: an idle server should hold what it needs and little more. */
final class HeapTrim {

    private static final Logger LOG = LoggerFactory.getLogger(HeapTrim.class);

    private HeapTrim() {}

    /** One full collection that leaves a fifth of the heap free; the JVM's own ratios count again afterwards. */
    static void run() {
        try {
            HotSpotDiagnosticMXBean jvm = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
            String least = jvm.getVMOption("MinHeapFreeRatio").getValue();
            String most = jvm.getVMOption("MaxHeapFreeRatio").getValue();
            jvm.setVMOption("MinHeapFreeRatio", "10");
            jvm.setVMOption("MaxHeapFreeRatio", "20");
            System.gc();
            jvm.setVMOption("MaxHeapFreeRatio", most);
            jvm.setVMOption("MinHeapFreeRatio", least);
        } catch (RuntimeException e) {
            LOG.debug("This JVM keeps its heap: {}", e.toString());
        }
    }
}
