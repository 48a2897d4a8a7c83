package io.github.throughcare.care;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.stereotype.Component;

/**
 * Runs what warms the server up, in one thread beside whoever calls already, and gives the heap that it took back to the system: an
 * idle server should hold what it needs and little more.
 */
@Component
final class WarmUps implements ApplicationListener<ApplicationReadyEvent> {

    private static final Logger LOG = LoggerFactory.getLogger(WarmUps.class);

    private final ObjectProvider<WarmUp> works;

    WarmUps(ObjectProvider<WarmUp> works) {
        this.works = works;
    }

    @Override
    public void onApplicationEvent(ApplicationReadyEvent event) {
        Thread thread = new Thread(() -> run(works.orderedStream().toList()), "warm-up");
        thread.setDaemon(true);
        thread.start();
    }

    static void run(List<WarmUp> works) {
        for (WarmUp work : works) {
            try {
                work.run();
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                LOG.warn(
                        "{} will be done when it is asked for: {}",
                        work.getClass().getSimpleName(),
                        e.toString());
            }
        }
        trimHeap();
    }

    /** One full collection that leaves a fifth of the heap free; the JVM's own ratios count again afterwards. */
    private static void trimHeap() {
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
