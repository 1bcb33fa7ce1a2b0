// SPDX-License-Identifier: GPL-2.0-or-later

/// Stores of the last cycles, from which a load of the same bytes has to wait.
struct CortexM7Stores {
    /// Cycles from a store to a load that reads what it wrote (LLVM M7 latency mutations, memory hazard).
    private static let latency = 4

    private var recent: [(place: CortexM7Addresses.Place, cycle: Int)] = []

    mutating func record(_ place: CortexM7Addresses.Place, cycle: Int) {
        recent.removeAll { $0.cycle + Self.latency <= cycle }
        recent.append((place, cycle))
    }

    /// The first cycle in which a load of these bytes can issue.
    func readyCycle(for place: CortexM7Addresses.Place) -> Int {
        var ready = Int.min
        for store in recent where store.place.overlaps(place) {
            ready = max(ready, store.cycle + Self.latency)
        }
        return ready
    }
}
