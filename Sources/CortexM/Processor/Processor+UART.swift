// SPDX-License-Identifier: GPL-2.0-or-later

/// Where bytes go that firmware sends through the board's UARTs.
package enum SerialOutput: Sendable {
    /// To the console, as text. EOT (4) ends the run and is not printed.
    case console
    case nowhere
    case bytes(@Sendable ([UInt8]) -> Void)
}

extension Processor {
    /// ASCII "end of transmission".
    private static let endOfTransmission: UInt8 = 4

    /// A store to a register outside the core, after it was kept.
    func transmit(_ address: UInt32, value: UInt32) {
        guard let uart = uarts[address & ~3] else { return }
        switch uart.transmitter {
        case .data: send([UInt8(truncatingIfNeeded: value)])
        case .memory(_, let pointer, let count):
            guard value & 1 != 0 else { return }
            let start = peripherals.stored(pointer)
            let length = Int(peripherals.stored(count) & 0xFFFF)
            guard length > 0 else { return }
            guard isWritable(start, length: length), let bytes = bytes(at: start, count: length)
            else {
                warnings.add(
                    "\(uart.name) was told to send \(length) bytes at \(hex(start)), which are not "
                        + "in SRAM; nothing was sent")
                return
            }
            send(bytes)
        }
    }

    private func send(_ bytes: [UInt8]) {
        switch configuration.serial {
        case .nowhere: break
        case .bytes(let receive): receive(bytes)
        case .console:
            guard outcome == nil else { return }
            let end = bytes.firstIndex(of: Self.endOfTransmission)
            let text = bytes[..<(end ?? bytes.endIndex)]
            if !text.isEmpty { emitConsole(Array(text)) }
            if end != nil { finish(.transmissionEnded) }
        }
    }
}
