// SPDX-License-Identifier: GPL-2.0-or-later

/// What a figure of a run counts.
package enum FigureUnit: String, Sendable, Equatable, CaseIterable {
    case bytes = "B"
    case cycles
    case instructions
    case calls
    case joules = "J"
    /// A loss, an accuracy, or whatever the firmware reported.
    case number = ""

    /// Units that a limit of such a figure may be written in, with an example.
    var valid: String {
        switch self {
        case .bytes: "a size in B, KiB or MiB, e.g. 64 KiB"
        case .cycles: "cycles, kcycles, Mcycles or Gcycles, or a time in us, ms or s, e.g. 550 ms"
        case .instructions: "instructions, kinstructions or Minstructions, e.g. 12 Minstructions"
        case .calls: "a number of calls, e.g. 10 calls"
        case .joules: "an energy in uJ, mJ or J, e.g. 1.5 mJ"
        case .number: "a number, e.g. 0.80"
        }
    }

    /// What one of a unit is in figures of this kind; nil for units that are none of it.
    func scale(of unit: AmountUnit) -> Scale? {
        switch (self, unit.dimension) {
        case (.bytes, .bytes), (.cycles, .cycles), (.instructions, .instructions),
            (.calls, .calls), (.joules, .joules), (.number, .number):
            .plain(unit.scale)
        case (.cycles, .seconds): .clocked(unit.scale)
        default: nil
        }
    }

    enum Scale {
        case plain(Double)
        /// Seconds, which the core's clock turns into cycles.
        case clocked(Double)
    }
}

/// A unit as people write it in scenario files.
package struct AmountUnit: Sendable, Equatable {
    enum Dimension: Sendable, Equatable {
        case bytes, cycles, instructions, calls, joules, seconds, hertz, percent, number
    }

    var name: String
    var dimension: Dimension
    /// How many of the dimension's own unit (byte, cycle, second, …) it stands for.
    var scale: Double

    static let all: [AmountUnit] =
        [
            ("", .number, 1), ("B", .bytes, 1), ("KiB", .bytes, 1024), ("MiB", .bytes, 1_048_576),
            ("GiB", .bytes, 1_073_741_824), ("calls", .calls, 1), ("%", .percent, 1),
            ("ns", .seconds, 1e-9), ("us", .seconds, 1e-6), ("ms", .seconds, 1e-3),
            ("s", .seconds, 1), ("min", .seconds, 60), ("Hz", .hertz, 1), ("kHz", .hertz, 1e3),
            ("MHz", .hertz, 1e6), ("GHz", .hertz, 1e9), ("nJ", .joules, 1e-9),
            ("uJ", .joules, 1e-6), ("mJ", .joules, 1e-3), ("J", .joules, 1),
        ].map(Self.init)
        + [("", 1.0), ("k", 1e3), ("M", 1e6), ("G", 1e9)].flatMap { prefix, scale in
            [
                AmountUnit(name: prefix + "cycles", dimension: .cycles, scale: scale),
                AmountUnit(name: prefix + "instructions", dimension: .instructions, scale: scale),
            ]
        }

    init(name: String, dimension: Dimension, scale: Double) {
        self.name = name
        self.dimension = dimension
        self.scale = scale
    }
}
