// SPDX-License-Identifier: GPL-2.0-or-later
import ArgumentParser
import CortexM

/// An address: `0x08000000` or decimal.
struct AddressArgument: ExpressibleByArgument {
    var address: UInt32

    init?(argument: String) {
        guard let address = Quantity.address(argument) else { return nil }
        self.address = address
    }
}
