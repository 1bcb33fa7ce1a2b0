// SPDX-License-Identifier: GPL-2.0-or-later
import CortexM
import Reports
import Timing

/// What `kinglet boards` prints.
enum BoardText {
    static func list(_ boards: [Board]) -> String {
        var table = TextTable([.left, .left, .right, .right, .right, .left])
        table.header = ["board", "core", "clock", "flash", "SRAM", "what it is"]
        table.rows = boards.map { board in
            let mark = board.name == BoardOptions.defaultBoard ? " (default)" : ""
            return [
                board.name, board.core.rawValue, Figures.frequency(board.clockHz),
                Figures.kibibytes(board.flashLimitBytes), Figures.kibibytes(board.sramLimitBytes),
                board.summary + mark,
            ]
        }
        return table.lines().joined(separator: "\n") + "\n"
    }

    static func details(_ board: Board) -> String {
        var facts = TextTable([.left, .left])
        facts.rows = [
            ["board", board.name],
            ["what it is", board.summary],
            ["core", board.core.rawValue],
            ["clock", Figures.frequency(board.clockHz)],
            ["flash", Figures.kibibytes(board.flashLimitBytes)],
            ["SRAM", Figures.kibibytes(board.sramLimitBytes)],
            ["vector table", Figures.address(board.vectorTable)],
            ["interrupts", "\(board.interruptCount), \(board.priorityBits) priority bits"],
        ]
        if !board.uarts.isEmpty {
            facts.rows.append(["UARTs", board.uarts.map(\.name).joined(separator: ", ")])
        }
        var memories = TextTable([.left, .left, .left, .right, .left])
        memories.header = ["memory", "kind", "origin", "length", "also at"]
        memories.rows = board.memories.map { memory in
            [
                memory.name, memory.kind.rawValue, Figures.address(memory.origin),
                Figures.kibibytes(UInt64(memory.lengthBytes)),
                memory.aliases.map { Figures.address($0) }.joined(separator: ", "),
            ]
        }
        var timing = TextTable([.left, .left])
        let means = board.memoryTiming
        timing.rows =
            (board.timing.flash?.waitStates ?? []).map { row in
                ["flash up to \(Figures.frequency(row.upToHz))", "\(row.cycles) wait states"]
            } + [
                ["flash fetch", "\(means.flashFetchMeanCyclesPerBlock) cycles per block, mean"],
                ["load after store", "\(means.storeToLoadCycles) cycles more"],
                ["first load of a run", "\(means.firstLoadCycles) cycles more"],
            ]
        return
            (facts.lines() + [""] + memories.lines() + ["", "timing"]
            + timing.lines(indent: "  ") + energy(board)).joined(separator: "\n") + "\n"
    }

    private static func energy(_ board: Board) -> [String] {
        guard let energy = board.energy else { return [] }
        var table = TextTable([.left, .left])
        func row(_ name: String, _ currents: BoardEnergy.Currents) {
            let current = currents.milliamperes(atHz: board.clockHz)
            table.rows.append([
                name, "\(Figures.significant(current.value)) mA, \(current.rule)",
            ])
        }
        for mode in energy.modes {
            row("\(mode.name), code in \(mode.code.rawValue)", mode.currents)
        }
        if let sleep = energy.sleep { row("asleep", sleep) }
        if let battery = energy.battery {
            table.rows.append([
                "battery",
                "\(battery.name), \(Figures.significant(battery.milliampereHours)) mAh at "
                    + "\(Figures.significant(battery.volts)) V",
            ])
        }
        return ["", "energy at \(Figures.significant(energy.supplyVolts)) V"]
            + table.lines(indent: "  ")
    }
}
