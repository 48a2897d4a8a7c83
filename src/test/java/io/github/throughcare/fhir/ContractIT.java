package io.github.throughcare.fhir;

import io.github.throughcare.ServerIT;

/** The store keeps the contract that the fake of the unit tests keeps. */
class ContractIT extends ServerIT implements ResourcesContract {

    @Override
    public Resources resources() {
        return bean(Resources.class);
    }
}
