// SPDX-License-Identifier: GPL-2.0-or-later

/// As much of Thumb-2 as accounting needs: widths, IT blocks, `push {…}` and `sub sp, #imm`.
///
/// For tests and benchmarks of `Emulation`, which must not depend on the real decoder.
package struct ThumbSketch {
    /// Byte offset of every instruction.
    package private(set) var offsets: [UInt16] = []
    /// Byte offsets of those that an IT block makes conditional.
    package private(set) var conditionals: [UInt16] = []
    /// Deepest SP below its value at entry, bytes.
    package private(set) var descent: UInt32 = 0
    /// An `msr` is among them.
    package private(set) var switchesStack = false

    package init(_ bytes: [UInt8], itState: UInt8) {
        var it = itState
        var depth: UInt32 = 0
        var offset = 0
        while offset + 1 < bytes.count {
            let first = UInt16(bytes[offset]) | UInt16(bytes[offset + 1]) << 8
            let width = first >> 11 >= 0b11101 ? 4 : 2
            offsets.append(UInt16(offset))
            if it != 0 {
                if it >> 4 < 14 { conditionals.append(UInt16(offset)) }
                it = it & 7 == 0 ? 0 : it & 0xE0 | it << 1 & 0x1F
            } else if first & 0xFF00 == 0xBF00, first & 0xF != 0 {
                it = UInt8(first & 0xFF)
            }
            if first & 0xFE00 == 0xB400 {
                depth += UInt32(4 * (first & 0x1FF).nonzeroBitCount)
            } else if first & 0xFF80 == 0xB080 {
                depth += UInt32(first & 0x7F) * 4
            } else if first & 0xFFF0 == 0xF380 {
                switchesStack = true
            }
            descent = max(descent, depth)
            offset += width
        }
    }
}
