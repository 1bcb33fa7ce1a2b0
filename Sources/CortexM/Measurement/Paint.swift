// SPDX-License-Identifier: GPL-2.0-or-later

/// The pattern that SRAM holds before the run: what differs from it afterwards was written.
///
/// A byte that was overwritten with its own paint counts as untouched: 1 in 256 on random data.
enum Paint {
    static func byte(at address: UInt32) -> UInt8 {
        let word = ((address & ~3) &+ 0x6B69_6E67) &* 0x9E37_79B1
        return UInt8(truncatingIfNeeded: word >> (8 * (address & 3)) ^ word >> 15)
    }

    static func apply(to bytes: UnsafeMutableBufferPointer<UInt8>, origin: UInt32) {
        for index in bytes.indices { bytes[index] = byte(at: origin &+ UInt32(index)) }
    }

    static func countGone(in bytes: UnsafeMutableBufferPointer<UInt8>, origin: UInt32) -> UInt64 {
        var count: UInt64 = 0
        for index in bytes.indices where bytes[index] != byte(at: origin &+ UInt32(index)) {
            count += 1
        }
        return count
    }
}
