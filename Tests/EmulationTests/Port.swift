// SPDX-License-Identifier: GPL-2.0-or-later
import Emulation

/// A peripheral that remembers how it was used.
final class Port: MMIOHandler {
    unowned let engine: Engine
    var log: [String] = []
    var answer: UInt32 = 0
    var onAccess: (Port) -> Void = { _ in }

    init(_ engine: Engine) { self.engine = engine }

    func read(address: UInt32, size: Int) -> UInt32 {
        log.append("read\(size * 8) \(String(address, radix: 16))")
        onAccess(self)
        return answer
    }

    func write(address: UInt32, size: Int, value: UInt32) {
        log.append(
            "write\(size * 8) \(String(address, radix: 16)) \(String(value, radix: 16))")
        onAccess(self)
    }
}
