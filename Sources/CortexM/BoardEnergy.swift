// SPDX-License-Identifier: GPL-2.0-or-later

/// What a board file's `energy` says: the currents that the chip draws from its supply.
package struct BoardEnergy: Sendable, Equatable {
    /// Currents over the core's clock.
    package struct Currents: Sendable, Equatable {
        /// One row of a datasheet's table.
        package struct Row: Sendable, Equatable {
            package var hertz: UInt64
            package var milliamperes: Double
        }
        /// By rising clock; at least one.
        package var rows: [Row]
        /// The datasheet's table, and what of it is estimated or from memory.
        package var source: String
    }
    /// One way of running: where the code stands, which regulator feeds the core.
    package struct Mode: Sendable, Equatable {
        package enum Code: String, Sendable, CaseIterable { case flash, ram }
        package var name: String
        /// What code the datasheet measured.
        package var code: Code
        package var currents: Currents
    }
    package struct Battery: Sendable, Equatable {
        package var name: String
        package var milliampereHours: Double
        package var volts: Double
    }

    package var supplyVolts: Double
    /// At least one; the first with the code's place is taken.
    package var modes: [Mode]
    /// Asleep in WFI or WFE; nil: as while running.
    package var sleep: Currents?
    package var battery: Battery?
    /// The mode to take whatever the code's place; nil for none.
    package var chosenMode: String?

    /// The mode of a run whose code stands mostly in `code`.
    package func mode(for code: Mode.Code) -> Mode {
        modes.first { $0.name == chosenMode } ?? modes.first { $0.code == code } ?? modes[0]
    }
}

extension BoardEnergy.Currents {
    /// The current at a clock, and in words how the table gives it.
    ///
    /// A row's clock: that row. Between two rows, and above the last: the line through the two nearest, never
    /// below zero. Below the first row, or with a single one: in proportion to the clock.
    package func milliamperes(atHz hertz: UInt64) -> (value: Double, rule: String) {
        func clock(_ row: Row) -> String { Quantity.text(hertz: row.hertz) }
        if let row = rows.first(where: { $0.hertz == hertz }) {
            return (row.milliamperes, "the table's row of \(clock(row))")
        }
        let row = rows[0]
        guard rows.count > 1, hertz > row.hertz else {
            return (
                row.milliamperes * Double(hertz) / Double(row.hertz),
                row.hertz == 1_000_000
                    ? "in proportion to the clock"
                    : "in proportion to the clock from the row of \(clock(row))"
            )
        }
        let above = rows.firstIndex { $0.hertz > hertz } ?? rows.count - 1
        let (low, high) = (rows[above - 1], rows[above])
        let slope =
            (high.milliamperes - low.milliamperes) / (Double(high.hertz) - Double(low.hertz))
        let value = low.milliamperes + slope * (Double(hertz) - Double(low.hertz))
        return (max(0, value), "on the line through the rows of \(clock(low)) and \(clock(high))")
    }
}

extension BoardEnergy.Battery {
    /// Reads `225mAh@3V`; nil for anything else.
    package init?(_ text: String) {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, let charge = Quantity.milliampereHours(parts[0]),
            let volts = Quantity.volts(parts[1])
        else { return nil }
        self.init(name: "battery", milliampereHours: charge, volts: volts)
    }
}
