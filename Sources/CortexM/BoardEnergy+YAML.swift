// SPDX-License-Identifier: GPL-2.0-or-later
import StrictYAML

extension BoardEnergy {
    /// The board file's `energy`.
    init(_ node: YAMLNode, file: String) throws(BoardError) {
        let reader = try YAMLReader(node, file: file, keys: ["supply", "run", "sleep", "battery"])
        supplyVolts = try reader.value("supply", valid: Self.voltage, Quantity.volts)
        modes = []
        for node in try reader.list("run") {
            let mode = try Mode(node, file: file)
            guard !modes.contains(where: { $0.name == mode.name }) else {
                throw reader.bad("run", "a second mode '\(mode.name)'", "each name once")
            }
            modes.append(mode)
        }
        guard !modes.isEmpty else { throw reader.bad("run", "[]", "at least one mode") }
        if let node = reader.optionalNode("sleep") {
            sleep = try Currents(
                try YAMLReader(node, file: file, keys: Currents.keys), file: file)
        }
        if let node = reader.optionalNode("battery") { battery = try Battery(node, file: file) }
    }

    fileprivate static let voltage = "a voltage, e.g. 3.3V"
}

extension BoardEnergy.Mode {
    fileprivate init(_ node: YAMLNode, file: String) throws(BoardError) {
        let reader = try YAMLReader(
            node, file: file, keys: ["name", "code"] + BoardEnergy.Currents.keys)
        name = try reader.value("name", valid: "a word") { $0.isEmpty ? nil : $0 }
        let places = Code.allCases.map(\.rawValue).joined(separator: ", ")
        code = try reader.value("code", valid: places, Code.init(rawValue:))
        currents = try BoardEnergy.Currents(reader, file: file)
    }
}

extension BoardEnergy.Currents {
    fileprivate static let keys = ["source", "currents", "per_megahertz"]

    fileprivate init(_ reader: YAMLReader, file: String) throws(BoardError) {
        let current = "a current, e.g. 3.3mA or 2.4uA"
        source = try reader.value("source", valid: "the datasheet's table, or 'estimated'") {
            $0.isEmpty ? nil : $0
        }
        rows = []
        if reader.has("per_megahertz") {
            guard !reader.has("currents") else {
                throw reader.unknown("per_megahertz", valid: ["source", "currents"])
            }
            let value = try reader.value("per_megahertz", valid: current, Quantity.milliamperes)
            rows = [Row(hertz: 1_000_000, milliamperes: value)]
            return
        }
        for node in try reader.list("currents") {
            let row = try YAMLReader(node, file: file, keys: ["at", "current"])
            let least = rows.last?.hertz ?? 0
            let valid =
                least == 0
                ? "a frequency, e.g. 30MHz" : "a frequency above \(least) Hz, the row's before"
            let hertz = try row.value("at", valid: valid) {
                Quantity.hertz($0).flatMap { $0 > least ? $0 : nil }
            }
            rows.append(
                Row(
                    hertz: hertz,
                    milliamperes: try row.value(
                        "current", valid: current, Quantity.milliamperes)))
        }
        guard !rows.isEmpty else { throw reader.bad("currents", "[]", "at least one row") }
    }
}

extension BoardEnergy.Battery {
    fileprivate init(_ node: YAMLNode, file: String) throws(BoardError) {
        let reader = try YAMLReader(node, file: file, keys: ["name", "capacity", "voltage"])
        name = try reader.value("name", valid: "a word") { $0.isEmpty ? nil : $0 }
        milliampereHours = try reader.value(
            "capacity", valid: "a charge, e.g. 225mAh", Quantity.milliampereHours)
        volts = try reader.value("voltage", valid: BoardEnergy.voltage, Quantity.volts)
    }
}
