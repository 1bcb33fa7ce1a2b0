// SPDX-License-Identifier: GPL-2.0-or-later
package import RunModel

/// What `kinglet run` prints after a run.
package enum RunSummary {
    /// The whole summary, a newline at its end.
    package static func text(_ record: RunRecord) -> String {
        var blocks: [[String]] = [head(record), memory(record)]
        if let fault = record.fault { blocks.insert(FaultText.lines(fault), at: 1) }
        blocks.append(memorySystem(record))
        blocks.append(steps(record))
        blocks.append(regions(record))
        blocks.append(metrics(record))
        blocks.append(touchedRegisters(record))
        blocks.append(warnings(record))
        return blocks.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") }
            .joined(separator: "\n\n") + "\n"
    }

    private static func head(_ record: RunRecord) -> [String] {
        var table = TextTable([.left, .left])
        table.rows = [
            ["image", "\(record.image.path.printable) (\(record.image.format.printable))"],
            [
                "board",
                "\(record.board.printable) (\(record.core.printable), "
                    + "\(Figures.frequency(record.clockHz)))",
            ],
            ["outcome", OutcomeText.sentence(record)],
            ["ran", total(record)],
            ["fidelity", FidelityText.line(record.fidelity)],
        ]
        if let energy = record.energy {
            table.rows.append(["energy", EnergyText.line(energy)])
            if let battery = EnergyText.battery(energy) { table.rows.append(["", battery]) }
        }
        if let resets = record.resets {
            table.rows.append(["resets", "\(resets), counted as one run"])
        }
        if let operations = record.flashOperations {
            table.rows.append(["flash", flashOperations(operations, clockHz: record.clockHz)])
        }
        return table.lines()
    }

    private static func flashOperations(
        _ operations: FlashOperationsRecord, clockHz: UInt64
    ) -> String {
        let sectors = operations.erasedSectors == 1 ? "sector" : "sectors"
        return "\(operations.erasedSectors) \(sectors) erased, "
            + "\(Figures.grouped(operations.programmedBytes)) bytes programmed, busy for "
            + Figures.milliseconds(cycles: Double(operations.busyCycles), clockHz: clockHz)
            + " ms"
    }

    private static func total(_ record: RunRecord) -> String {
        let counts = record.total
        var text =
            "\(Figures.grouped(counts.cycles)) cycles = "
            + Figures.milliseconds(cycles: Double(counts.cycles), clockHz: record.clockHz)
            + " ms, \(Figures.grouped(counts.instructions)) instructions"
        if counts.skippedInstructions > 0 {
            text += " (and \(Figures.grouped(counts.skippedInstructions)) skipped by IT)"
        }
        if record.sleepCycles > 0 {
            text += ", \(Figures.grouped(record.sleepCycles)) cycles asleep"
        }
        return text
    }

    private static func memory(_ record: RunRecord) -> [String] {
        let sram = record.sram
        var table = TextTable([.left, .right, .right, .right])
        table.header = ["memory", "bytes", "of limit", "share"]
        func row(_ name: String, _ bytes: UInt64, _ limit: UInt64?) -> [String] {
            [
                name, Figures.grouped(bytes), limit.map { Figures.grouped($0) } ?? "",
                limit.map { Figures.percent(bytes, of: $0) } ?? "",
            ]
        }
        table.rows = [
            row("flash", record.flash.usedBytes, record.flash.limitBytes),
            row("SRAM peak", sram.peakBytes, sram.limitBytes),
            row("  static", sram.staticBytes, nil),
            row("  stack", sram.stackPeakBytes, nil),
        ]
        if sram.processStackPeakBytes > 0 {
            table.rows.append(row("    main", sram.mainStackPeakBytes, nil))
            table.rows.append(row("    process", sram.processStackPeakBytes, nil))
        }
        table.rows.append(row("  heap", sram.heapPeakBytes, nil))
        table.rows.append(row("SRAM touched", sram.touchedBytes, nil))
        return table.lines()
    }

    private static func memorySystem(_ record: RunRecord) -> [String] {
        guard let system = record.memorySystem else { return [] }
        var table = TextTable([.left, .right, .right, .right])
        table.header = MemorySystemText.header
        table.rows = MemorySystemText.rows(system)
        return (table.rows.isEmpty ? [] : table.lines()) + [MemorySystemText.sentence(system)]
    }

    private static func metrics(_ record: RunRecord) -> [String] {
        guard !record.metrics.isEmpty else { return [] }
        var table = TextTable([.left, .right])
        table.header = ["metric", "value"]
        table.rows = record.metrics.map { [$0.name.printable, Figures.value($0.value)] }
        return table.lines()
    }

    private static func touchedRegisters(_ record: RunRecord) -> [String] {
        // What is touched most may be what firmware waits for.
        let registers = record.touchedRegisters.sorted {
            ($1.reads + $1.writes, $0.address) < ($0.reads + $0.writes, $1.address)
        }
        guard !registers.isEmpty else { return [] }
        let shown = 12
        var table = TextTable([.left, .right, .right])
        table.header = ["register without a model", "reads", "writes"]
        table.rows = registers.prefix(shown).map {
            [$0.address.printable, Figures.grouped($0.reads), Figures.grouped($0.writes)]
        }
        let rest = registers.count - shown
        return table.lines() + (rest > 0 ? ["and \(rest) more, listed in the record"] : [])
    }

    private static func warnings(_ record: RunRecord) -> [String] {
        record.warnings.map { "warning: \($0.printable)" }
    }
}
