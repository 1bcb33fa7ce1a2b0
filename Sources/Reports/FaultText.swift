// SPDX-License-Identifier: GPL-2.0-or-later
package import RunModel

/// A fault as a person reads it.
package enum FaultText {
    package static func lines(_ fault: FaultRecord) -> [String] {
        var lines = ["\(fault.exception.printable): \(fault.cause.printable)"]
        var table = TextTable([.left, .left])
        table.rows.append(["pc", place(fault.pc)])
        table.rows.append(["lr", place(fault.lr)])
        if let step = fault.step {
            let phase = fault.phase.map { ", phase \($0.printable)" } ?? ""
            table.rows.append(["in", "step \(step)\(phase)"])
        } else if let phase = fault.phase {
            table.rows.append(["in", "phase \(phase.printable), outside steps"])
        }
        let bits = fault.cfsrBits.isEmpty ? "" : " (\(fault.cfsrBits.joined(separator: ", ")))"
        table.rows.append(["CFSR", (fault.cfsr + bits).printable])
        table.rows.append(["HFSR", fault.hfsr.printable])
        if let bfar = fault.bfar { table.rows.append(["BFAR", bfar.printable]) }
        if let mmfar = fault.mmfar { table.rows.append(["MMFAR", mmfar.printable]) }
        lines += table.lines(indent: "  ")
        lines += registers(fault.registers)
        lines += callStack(fault.callStack)
        return lines
    }

    static func place(_ frame: FrameRecord) -> String {
        frame.symbol.map { "\($0.printable) (\(frame.address.printable))" }
            ?? frame.address.printable
    }

    private static func registers(_ registers: [RegisterRecord]) -> [String] {
        guard !registers.isEmpty else { return [] }
        let columns = 4
        var table = TextTable(Array(repeating: .left, count: columns))
        for start in stride(from: 0, to: registers.count, by: columns) {
            var cells = registers[start..<min(start + columns, registers.count)].map { register in
                let padding = String(repeating: " ", count: max(0, 7 - register.name.count))
                return "\(register.name.printable)\(padding) \(register.value.printable)"
            }
            while cells.count < columns { cells.append("") }
            table.rows.append(cells)
        }
        return ["registers"] + table.lines(indent: "  ")
    }

    private static func callStack(_ frames: [FrameRecord]) -> [String] {
        guard !frames.isEmpty else { return [] }
        var table = TextTable([.right, .left])
        table.rows = frames.enumerated().map { ["#\($0.offset)", place($0.element)] }
        return ["call stack"] + table.lines(indent: "  ")
    }
}
