// SPDX-License-Identifier: GPL-2.0-or-later

extension FidelityStatement {
    /// The same pipeline with everything that depends on addresses and operands followed.
    package func inDetail(on system: MemorySystem) -> FidelityStatement {
        var statement = self
        statement.mode = TimingMode.detailed.rawValue
        statement.system = system
        statement.memory.flashFetchMeanCyclesPerBlock = 0
        for index in statement.classes.indices {
            statement.classes[index].followInDetail(system)
        }
        return statement.withBuses(of: system, "each load by its address")
    }

    /// The same pipeline in the fast mode, with what it knows of the board's memories.
    package func inFast(on system: MemorySystem) -> FidelityStatement {
        withBuses(of: system, "as in the first passage from block to block")
    }

    private func withBuses(of system: MemorySystem, _ how: String) -> FidelityStatement {
        guard system.busesWait else { return self }
        var statement = self
        statement.classes.append(
            .init(
                name: "several memories", basis: .measured,
                statement: "loads wait for their bus to come to their memory, \(how); found by "
                    + "comparing published readings of programs"))
        return statement
    }
}

extension FidelityStatement.CodeClass {
    /// Names of the classes that the detailed mode follows, as the pipelines call them.
    private static let followed = [
        "divide": "each by its operands",
        "unaligned data": "each access by its address",
        "branch prediction":
            "each branch by a counter of two bits and its last target (the predictor's size and rules "
            + "are estimated)",
    ]

    fileprivate mutating func followInDetail(_ system: MemorySystem) {
        switch name {
        case "divide", "unaligned data", "branch prediction":
            basis = .estimated
            statement = Self.followed[name] ?? statement
        case "flash wait states", "caches and wait states":
            basis = .estimated
            statement = system.summary
        default: break
        }
    }
}

extension MemorySystem {
    /// "line by line: flash of 7 wait states, instruction cache of 4096 bytes in 2 ways, …".
    fileprivate var summary: String {
        var parts: [String] = []
        if let flash {
            parts.append(
                "flash of \(flash.waitCycles) wait states in lines of \(flash.lineBytes) bytes")
            if flash.instructionLines > 0 || flash.dataLines > 0 {
                parts.append(
                    "\(flash.instructionLines) kept for instructions, \(flash.dataLines) for data")
            }
        }
        for (name, cache) in [("instruction", instructionCache), ("data", dataCache)] {
            guard let cache else { continue }
            parts.append("\(name) cache of \(cache.sizeBytes) bytes in \(cache.ways) ways")
        }
        return parts.isEmpty
            ? "memories without wait states" : "line by line: " + parts.joined(separator: ", ")
    }
}
