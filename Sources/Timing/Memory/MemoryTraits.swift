// SPDX-License-Identifier: GPL-2.0-or-later

/// Which accesses of a memory system can make the core wait, as far as code alone tells.
package struct MemoryTraits {
    private let simulator: MemorySimulator
    /// Loads, stores: some region takes time; some that is no flash does.
    private let anywhere: (loads: Bool, stores: Bool)
    private let ram: (loads: Bool, stores: Bool)
    /// Loads may wait for their bus to come to their memory; each run of loads may, also in the memory of the one before.
    let busesWait: Bool
    let runsWait: Bool

    package init(_ simulator: MemorySimulator) {
        self.simulator = simulator
        let regions = simulator.system.regions
        func takesTime(isStore: Bool, inRAM: Bool) -> Bool {
            regions.indices.contains {
                !(inRAM && regions[$0].isFlash) && simulator.charges(region: $0, isStore: isStore)
            }
        }
        anywhere = (
            takesTime(isStore: false, inRAM: false), takesTime(isStore: true, inRAM: false)
        )
        ram = (takesTime(isStore: false, inRAM: true), takesTime(isStore: true, inRAM: true))
        busesWait = simulator.system.busesWait
        runsWait = regions.contains { $0.firstLoadCycles > 0 }
    }

    /// Bytes of the unit in which instructions at this address are fetched; 0 when that takes no time.
    package func fetchBytes(at address: UInt32) -> Int { simulator.fetchBytes(at: address) }

    func region(at address: UInt32) -> MemorySystem.Region? { simulator.system.region(at: address) }

    func takesTime(_ address: RegisterTerm, isStore: Bool) -> Bool {
        if address.base == nil, address.index == nil {
            return simulator.charges(address.constant, isStore: isStore)
        }
        // The stack is in RAM.
        let place = address.base == 13 && address.index == nil ? ram : anywhere
        return isStore ? place.stores : place.loads
    }

    /// The longest range of RAM in which neither loads nor stores take time, of equal ones the highest
    /// (aliases of SRAM on the code bus lie below it): where asking is idle.
    package var freeRange: (origin: UInt32, bytes: UInt32) {
        let regions = simulator.system.regions
        let free = regions.indices.filter {
            !simulator.charges(region: $0, isStore: false)
                && !simulator.charges(region: $0, isStore: true)
        }
        let lengthBytes = free.map { regions[$0].lengthBytes }.max()
        guard let longest = free.last(where: { regions[$0].lengthBytes == lengthBytes })
        else { return (0, 0) }
        return (regions[longest].origin, regions[longest].lengthBytes)
    }
}
