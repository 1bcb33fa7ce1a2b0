// SPDX-License-Identifier: GPL-2.0-or-later

/// What a store to flash, or to a register of its controller, makes the flash do. Offsets are bytes
/// from the start of the flash memory; the controller's further memory, if any, lies behind its end.
enum FlashEffect: Equatable {
    case none
    /// These bytes become 0xFF; one range for each sector.
    case erase([Range<UInt32>], microseconds: UInt64)
    /// Bits that are 0 in `bytes` become 0.
    case program(offset: UInt32, bytes: [UInt8], microseconds: UInt64)
    /// Nothing happens on the chip, or an error flag is set; the reason goes into a warning.
    case ignored(String)
    /// The access gets a bus error, for the reason given.
    case busError(String)
}

/// The registers of a flash controller and the rules that stores to its flash follow.
///
/// A value: time, memory and the core are its owner's, `FlashUnit`.
protocol FlashController {
    /// The register as a word, or nil when none is modelled at this offset.
    mutating func read(_ offset: UInt32, isBusy: Bool) -> UInt32?
    /// Nil when no register is modelled at this offset.
    mutating func write(_ offset: UInt32, _ value: UInt32) -> FlashEffect?
    /// A store of 1, 2, 4 or 8 bytes to the flash itself.
    mutating func store(_ store: FlashStore) -> FlashEffect
    /// The state after a system reset.
    mutating func reset()
}

struct FlashStore: Equatable {
    /// Bytes from the start of the flash memory, with the further memory behind its end.
    var offset: UInt32
    var size: Int
    var value: UInt64
    /// Made at one of the flash's further addresses.
    var isThroughAlias = false

    var bytes: [UInt8] { (0..<size).map { UInt8(truncatingIfNeeded: value >> UInt64(8 * $0)) } }
    var isAligned: Bool { offset % UInt32(size) == 0 }
}
