// SPDX-License-Identifier: GPL-2.0-or-later
import CortexM
import RunModel
import Timing

extension FidelityRecord {
    /// What the pipeline model of the board's core says of itself.
    init(_ board: Board, mode: TimingMode) {
        let statement = Machine.fidelity(of: board, mode: mode)
        var parameters = [
            "store_to_load_cycles": statement.memory.storeToLoadCycles,
            "first_load_cycles": statement.memory.firstLoadCycles,
        ]
        if let system = statement.system {
            parameters.merge(Self.parameters(of: system)) { _, new in new }
        } else {
            parameters["flash_fetch_mean_cycles_per_block"] =
                statement.memory.flashFetchMeanCyclesPerBlock
            parameters.merge(Self.busParameters(of: board.memorySystem)) { _, new in new }
        }
        self.init(
            model: statement.model, mode: statement.mode, parameters: parameters,
            classes: statement.classes.map {
                CodeClass(name: $0.name, basis: $0.basis.rawValue, statement: $0.statement)
            })
    }

    private static func parameters(of system: MemorySystem) -> [String: Double] {
        var parameters: [String: Int] = [:]
        if let flash = system.flash {
            parameters["flash_wait_cycles"] = flash.waitCycles
            parameters["flash_line_bytes"] = flash.lineBytes
            parameters["flash_instruction_lines"] = flash.instructionLines
            parameters["flash_data_lines"] = flash.dataLines
            parameters["flash_prefetch"] = flash.prefetches ? 1 : 0
        }
        for (name, cache) in [
            ("instruction_cache", system.instructionCache), ("data_cache", system.dataCache),
        ] {
            guard let cache else { continue }
            parameters["\(name)_bytes"] = cache.sizeBytes
            parameters["\(name)_line_bytes"] = cache.lineBytes
            parameters["\(name)_ways"] = cache.ways
        }
        for region in system.regions where region.accessCycles > 0 {
            parameters["access_cycles_at_\(HexText.word(region.origin))"] = region.accessCycles
        }
        return parameters.mapValues(Double.init).merging(busParameters(of: system)) { _, new in new
        }
    }

    /// What loads wait for their bus, in either mode.
    private static func busParameters(of system: MemorySystem) -> [String: Double] {
        var parameters: [String: Int] = [:]
        if system.memoryChangeCycles > 0 {
            parameters["memory_change_cycles"] = system.memoryChangeCycles
        }
        for region in system.regions where region.firstLoadCycles > 0 {
            parameters["first_load_cycles_at_\(HexText.word(region.origin))"] =
                region.firstLoadCycles
        }
        return parameters.mapValues(Double.init)
    }
}
