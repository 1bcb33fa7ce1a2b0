// SPDX-License-Identifier: GPL-2.0-or-later

/// One edge predecessor → block of the executed program, as the block hook finds it. 32 bytes.
struct Edge {
    /// Address of the block in the upper half, of its predecessor in the lower; bit 32 (bit 0 of the
    /// address, never set in a hook's argument) marks blocks that must take the slow way.
    var key: UInt64
    /// Ticks charged at entry; conditional instructions count as skipped until they are seen.
    var ticks: UInt32
    /// Instructions counted at entry: all but the conditional ones.
    var instructions: UInt32
    /// Bytes below SP that the block goes at most.
    var stackDescent: UInt32
    /// Number of the block itself.
    var block: UInt32
    /// Where the edge's savings begin in `BlockStore.savings`.
    var savings: UInt32
    var traits: Traits

    /// Why a block takes the slow way, and how many conditional instructions it has.
    struct Traits: Equatable {
        var rawValue: UInt32 = 0
        /// Translated with calls before some of its instructions.
        static let isWatched: UInt32 = 1
        static let hasAlignment: UInt32 = 2
        /// In memory that also stands elsewhere: the bytes are compared at every entry.
        static let isVerified: UInt32 = 4
        static let switchesStack: UInt32 = 8
        /// The hook cannot see SP and this block lowers it.
        static let readsStack: UInt32 = 16

        var conditionals: Int { Int(rawValue >> 16) }
        func has(_ trait: UInt32) -> Bool { rawValue & trait != 0 }
    }

    static let slowMark: UInt64 = 1 << 32
    static let vacantKey: UInt64 = .max
    static let deletedKey: UInt64 = .max - 1

    static let vacant = Edge(
        key: vacantKey, ticks: 0, instructions: 0, stackDescent: 0, block: 0, savings: 0,
        traits: Traits())

    var address: UInt32 { UInt32(truncatingIfNeeded: key >> 32) & ~1 }
    var predecessor: UInt32 { UInt32(truncatingIfNeeded: key) }
    var isUsed: Bool { key < Edge.deletedKey }
}

/// What the block hook reads and writes, at a fixed address for the engine's whole life.
///
/// The hook is called before every block. Its fast way is one look at one slot of the edge table;
/// everything else, events and stops included, is made to miss there and handled in `enterSlowly`.
struct HookState {
    var ticks: UInt64 = 0
    /// Ticks at which the next block must not be entered; 0 while a stop is requested.
    var limitTicks: UInt64 = .max
    var instructions: UInt64 = 0
    var edges: UnsafeMutablePointer<Edge>
    /// Slots in the table less one.
    var mask: UInt32
    /// Address of the running block or `nowhere`; `settleMark` when the next entry must take the slow
    /// way. An address and not a pointer, so that the next look does not wait for this one's result.
    var previous: UInt32 = HookState.nowhere
    /// The edge through which the running block was entered; `noEdge` before the first.
    var current: UnsafeMutablePointer<Edge>
    /// r0 to r15 where the core keeps them, or a constant that never goes below the floor.
    var registers: UnsafePointer<UInt32>
    /// Lowest address that the stack in use has reached.
    var stackFloor: UInt32 = .max
    var engine: Unmanaged<Engine>?

    /// Set in `previous` to make the next entry take the slow way.
    static let settleMark: UInt32 = 1
    /// Stands for no predecessor: the last halfword of the address space, which is never executable.
    static let nowhere: UInt32 = 0xFFFF_FFFE

    @inline(__always)
    static func slot(address: UInt32, previous: UInt32) -> UInt32 {
        (address &+ previous &* 0x9E37_79B1) >> 1
    }
}
