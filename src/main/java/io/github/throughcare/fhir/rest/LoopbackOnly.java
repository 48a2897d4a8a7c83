package io.github.throughcare.fhir.rest;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/** While no security is configured the server answers only this machine; asked for more, it does not start. */
final class LoopbackOnly {

    private LoopbackOnly() {}

    /** @throws IllegalStateException with what to set */
    static void check(@Nullable String address) {
        try {
            if (address != null
                    && !address.isBlank()
                    && InetAddress.getByName(address).isLoopbackAddress()) {
                return;
            }
        } catch (UnknownHostException e) {
            throw new IllegalStateException("SERVER_ADDRESS=" + address + " is no address of this machine", e);
        }
        throw new IllegalStateException(
                "SERVER_ADDRESS=" + address
                        + " would show patients' records to the network, but no security is configured."
                        + " Leave SERVER_ADDRESS unset (127.0.0.1), and let a proxy on this machine that signs users in speak to the outside.");
    }
}
