// SPDX-License-Identifier: GPL-2.0-or-later

/// What probes at symbols are for.
struct SymbolWatches {
    struct Region {
        var name: String
        var from: UInt32
        var to: UInt32
        var start: Counters?
        var passages = 0
    }
    /// A function whose return is awaited.
    struct Call {
        enum Purpose: Equatable {
            case step
            case sbrk(increment: Int32)
        }
        var purpose: Purpose
        var returnAddress: UInt32
        /// SP at entry: the return is the one at which SP is back there.
        var stackPointer: UInt32
    }

    static let deepestCalls = 256

    var until: UInt32?
    var step: UInt32?
    /// Entry addresses of sbrk, with the register that holds the increment.
    var sbrk: [UInt32: Int] = [:]
    var regions: [Region] = []
    var calls: [Call] = []
    var nextStepIndex = 0
    var probed: Set<UInt32> = []
    var measured: [RegionMeasurement] = []

    /// The program starts over: nothing that was called returns.
    mutating func interrupt() {
        calls = []
        for index in regions.indices { regions[index].start = nil }
    }
}
