// SPDX-License-Identifier: GPL-2.0-or-later

/// EXC_RETURN values (ARMv7-M ARM table B1-8).
struct ExceptionReturn: Equatable {
    var toHandler: Bool
    var usesProcessStack: Bool
    var hasFloatFrame: Bool

    init(toHandler: Bool, usesProcessStack: Bool, hasFloatFrame: Bool) {
        self.toHandler = toHandler
        self.usesProcessStack = usesProcessStack
        self.hasFloatFrame = hasFloatFrame
    }

    /// Nil for a value that the architecture does not define.
    init?(_ value: UInt32) {
        guard value >> 5 == 0x07FF_FFFF else { return nil }
        hasFloatFrame = value & 0x10 == 0
        switch value & 0xF {
        case 0x1: (toHandler, usesProcessStack) = (true, false)
        case 0x9: (toHandler, usesProcessStack) = (false, false)
        case 0xD: (toHandler, usesProcessStack) = (false, true)
        default: return nil
        }
    }

    var value: UInt32 {
        0xFFFF_FFE0 | (hasFloatFrame ? 0 : 0x10)
            | (toHandler ? 0x1 : usesProcessStack ? 0xD : 0x9)
    }
}
