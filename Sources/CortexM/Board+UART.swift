// SPDX-License-Identifier: GPL-2.0-or-later
import StrictYAML

extension Board {
    /// A serial transmitter: what the firmware sends through it can be read outside. Nothing is ever
    /// received. Its status bits are described like those of other registers.
    package struct UART: Sendable, Equatable {
        package enum Transmitter: Sendable, Equatable {
            /// Bits 0 to 7 of each store to this register are a byte sent.
            case data(register: UInt32)
            /// A store with bit 0 set to `start` sends the bytes at the address in `pointer`, as many as
            /// `count` says (bits 0 to 15), which must lie in SRAM (EasyDMA of the nRF52).
            case memory(start: UInt32, pointer: UInt32, count: UInt32)
        }
        package var name: String
        package var transmitter: Transmitter

        /// The register that sends when it is written.
        var trigger: UInt32 {
            switch transmitter {
            case .data(let register): register
            case .memory(let start, _, _): start
            }
        }

        fileprivate var registers: [UInt32] {
            switch transmitter {
            case .data(let register): [register]
            case .memory(let start, let pointer, let count): [start, pointer, count]
            }
        }
    }

    func validateUARTs() throws(BoardError) {
        var triggers: Set<UInt32> = []
        for uart in uarts {
            func refuse(_ detail: String) -> BoardError {
                .inconsistent(board: name, detail: "uart \(uart.name): \(detail)")
            }
            for register in uart.registers where !isRegisterAddress(register) {
                throw refuse(
                    "\(hex(register)) is no multiple of 4 inside a peripheral range")
            }
            guard triggers.insert(uart.trigger).inserted else {
                throw refuse("another one sends through \(hex(uart.trigger)) already")
            }
        }
    }
}

extension Board.UART {
    init(_ node: YAMLNode, file: String) throws(BoardError) {
        let keys = ["start", "pointer", "count"]
        let reader = try YAMLReader(node, file: file, keys: ["name", "transmit"] + keys)
        func address(_ key: String) throws(BoardError) -> UInt32 {
            try reader.value(key, valid: "an address", Quantity.address)
        }
        name = try reader.value("name", valid: "a word") { $0.isEmpty ? nil : $0 }
        if keys.contains(where: reader.has) {
            guard !reader.has("transmit") else {
                throw reader.unknown("transmit", valid: ["name"] + keys)
            }
            transmitter = .memory(
                start: try address("start"), pointer: try address("pointer"),
                count: try address("count"))
        } else {
            transmitter = .data(register: try address("transmit"))
        }
    }
}
