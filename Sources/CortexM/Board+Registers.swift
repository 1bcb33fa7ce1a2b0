// SPDX-License-Identifier: GPL-2.0-or-later
import StrictYAML

extension Board {
    /// A register outside the core some of whose bits answer, so that code that waits for them goes on.
    ///
    /// Every other register reads back what was written, 0 before.
    package struct Register: Sendable, Equatable {
        /// A status bit that reads as a control bit was last written.
        package struct Follower: Sendable, Equatable {
            package var bit: UInt32
            /// Address of the register with the control bit.
            package var register: UInt32
            package var controlBit: UInt32
        }
        package var name: String
        /// A multiple of 4.
        package var address: UInt32
        package var resetValue: UInt32 = 0
        /// Bits that always read 1, or 0, whatever is written.
        package var ones: UInt32 = 0
        package var zeros: UInt32 = 0
        /// Each read gives the next number of a fixed sequence.
        package var isRandom = false
        /// By rising bit.
        package var followers: [Follower] = []
    }

    func validateRegisters() throws(BoardError) {
        var seen: Set<UInt32> = []
        for register in registers {
            func refuse(_ detail: String) -> BoardError {
                .inconsistent(
                    board: name,
                    detail: "register \(register.name) at \(hex(register.address)) \(detail)")
            }
            let places = [register.address] + register.followers.map(\.register)
            for place in places where !isRegisterAddress(place) {
                throw refuse(
                    place == register.address
                        ? "is no multiple of 4 inside a peripheral range"
                        : "follows \(hex(place)), no multiple of 4 inside a peripheral range")
            }
            guard seen.insert(register.address).inserted else { throw refuse("stands twice") }
            let following = register.followers.reduce(UInt32(0)) { $0 | 1 << $1.bit }
            guard register.ones & register.zeros == 0,
                (register.ones | register.zeros) & following == 0
            else { throw refuse("has a bit in two of ones, zeros and follow") }
        }
    }

    /// In a peripheral range, or in the vendor's part of the private peripheral bus (ARMv7-M ARM
    /// table B3-1: above the ROM table's debug components).
    func isRegisterAddress(_ address: UInt32) -> Bool {
        address % 4 == 0
            && ((0xE004_0000..<0xE00F_F000).contains(address)
                || peripherals.contains { address &- $0.origin < $0.lengthBytes })
    }
}

extension Board.Register {
    init(_ node: YAMLNode, file: String) throws(BoardError) {
        let reader = try YAMLReader(
            node, file: file,
            keys: ["name", "address", "reset", "ones", "zeros", "random", "follow"])
        let word = "a number of 32 bits, e.g. 0x00000083"
        self.init(
            name: try reader.value("name", valid: "a word") { $0.isEmpty ? nil : $0 },
            address: try reader.value("address", valid: "an address", Quantity.address),
            resetValue: try reader.optional("reset", valid: word, Quantity.address) ?? 0,
            ones: try reader.optional("ones", valid: word, Quantity.address) ?? 0,
            zeros: try reader.optional("zeros", valid: word, Quantity.address) ?? 0,
            isRandom: try reader.optional("random", valid: "true or false") { Bool($0) } ?? false)
        guard reader.has("follow") else { return }
        for entry in try reader.entries("follow", valid: Self.validFollow) {
            let bit = try YAMLReader.scalar(
                entry.key, key: "follow", file: file, valid: Self.validFollow, Self.bit)
            let source = try YAMLReader.scalar(
                entry.value, key: "follow", file: file, valid: Self.validFollow, source)
            followers.append(
                Follower(bit: bit, register: source.register, controlBit: source.bit))
        }
        followers.sort { $0.bit < $1.bit }
    }

    private static let validFollow =
        "BIT: BIT or BIT: REGISTER.BIT with bits 0 to 31, e.g. {17: 16, 14: 0x40007000.14}"

    private static func bit(_ text: String) -> UInt32? {
        UInt32(text).flatMap { $0 < 32 ? $0 : nil }
    }

    /// `16` or `0x40007000.16`.
    private func source(_ text: String) -> (register: UInt32, bit: UInt32)? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard let last = parts.last, let bit = Self.bit(last), parts.count <= 2 else { return nil }
        guard parts.count == 2 else { return (address, bit) }
        return Quantity.address(parts[0]).map { ($0, bit) }
    }
}
