// SPDX-License-Identifier: GPL-2.0-or-later

extension BoardTiming.FastMeans {
    /// A mean that readings of a real board can correct, by its key in a board file. Cycles are linear
    /// in each.
    package enum Parameter: String, Sendable, CaseIterable {
        case flashMissesPerBlock = "flash_misses_per_block"
        case storeToLoadCycles = "store_to_load_cycles"
        case firstLoadCycles = "first_load_cycles"

        package var most: Double { self == .flashMissesPerBlock ? 100 : 1000 }
    }

    package subscript(parameter: Parameter) -> Double {
        get {
            switch parameter {
            case .flashMissesPerBlock: flashMissesPerBlock
            case .storeToLoadCycles: storeToLoadCycles
            case .firstLoadCycles: firstLoadCycles
            }
        }
        set {
            switch parameter {
            case .flashMissesPerBlock: flashMissesPerBlock = newValue
            case .storeToLoadCycles: storeToLoadCycles = newValue
            case .firstLoadCycles: firstLoadCycles = newValue
            }
        }
    }
}

extension Board {
    /// Cycles that one of what a parameter counts takes at the board's clock; 0 when nothing depends on it.
    package func cycles(per parameter: BoardTiming.FastMeans.Parameter) -> Int {
        switch parameter {
        case .flashMissesPerBlock: timing.waitCycles(atHz: clockHz)
        case .storeToLoadCycles, .firstLoadCycles: 1
        }
    }
}
