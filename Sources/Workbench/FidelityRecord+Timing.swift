// SPDX-License-Identifier: GPL-2.0-or-later
import CortexM
import RunModel
import Timing

extension FidelityRecord {
    /// What the pipeline model of the board's core says of itself.
    init(_ board: Board) {
        let statement = Machine.fidelity(of: board)
        self.init(
            model: statement.model, mode: statement.mode,
            parameters: [
                "flash_fetch_mean_cycles_per_block": statement.memory.flashFetchMeanCyclesPerBlock,
                "store_to_load_cycles": statement.memory.storeToLoadCycles,
                "first_load_cycles": statement.memory.firstLoadCycles,
            ],
            classes: statement.classes.map {
                CodeClass(name: $0.name, basis: $0.basis.rawValue, statement: $0.statement)
            })
    }
}
