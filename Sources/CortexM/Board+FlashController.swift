// SPDX-License-Identifier: GPL-2.0-or-later
import StrictYAML

extension Board {
    /// What erases and programs a flash memory of the board.
    package struct FlashController: Sendable, Equatable {
        package enum Kind: String, Sendable, CaseIterable {
            case nrf52 = "nrf52-nvmc"
            case stm32f7 = "stm32f7-flash"

            /// Widths of parallel programming whose erase times differ: x8, x16 and x32 on the STM32F7.
            var eraseTimes: Int { self == .stm32f7 ? 3 : 1 }
        }
        package struct SectorGroup: Sendable, Equatable {
            package var count: Int
            package var lengthBytes: UInt32
            package var eraseMicroseconds: [UInt64]
        }
        package var kind: Kind
        /// Of its registers.
        package var origin: UInt32
        /// Name of the memory.
        package var memory: String
        /// Name of a memory of kind rom that it programs and erases as well: UICR of the nRF52.
        package var information: String?
        package var programMicroseconds: UInt64
        /// In order of address.
        package var sectors: [SectorGroup]
    }

    func validateFlashController() throws(BoardError) {
        guard let controller = flashController else { return }
        func refuse(_ detail: String) -> BoardError {
            .inconsistent(board: name, detail: "flash_controller: \(detail)")
        }
        guard let memory = memories.first(where: { $0.name == controller.memory }),
            memory.kind == .flash
        else {
            let valid = memories.filter { $0.kind == .flash }.map(\.name)
            throw refuse(
                "'\(controller.memory)' is no memory of kind flash; valid: "
                    + valid.joined(separator: ", "))
        }
        if let name = controller.information {
            guard controller.kind == .nrf52 else {
                throw refuse("'information' is for \(Board.FlashController.Kind.nrf52.rawValue)")
            }
            let valid = memories.filter { $0.kind == .rom }.map(\.name)
            guard valid.contains(name) else {
                throw refuse(
                    "information '\(name)' is no memory of kind rom; valid: "
                        + (valid.isEmpty ? "none here" : valid.joined(separator: ", ")))
            }
        }
        let total = controller.sectors.reduce(0) { $0 + UInt64($1.count) * UInt64($1.lengthBytes) }
        guard total == memory.lengthBytes else {
            throw refuse(
                "its sectors have \(total) bytes; '\(memory.name)' has \(memory.lengthBytes)")
        }
        let times = controller.kind.eraseTimes
        guard controller.sectors.allSatisfy({ $0.eraseMicroseconds.count == times }) else {
            throw refuse("'erase' must give \(times) times for \(controller.kind.rawValue)")
        }
        guard
            peripherals.contains(where: {
                controller.origin >= $0.origin && controller.origin % 0x400 == 0
                    && UInt64(controller.origin) + 0x1000 <= UInt64($0.origin)
                        + UInt64($0.lengthBytes)
            })
        else {
            throw refuse(
                "origin \(hex(controller.origin)) is no multiple of 1024 inside a peripheral range")
        }
    }
}

extension Board.FlashController {
    init(_ node: YAMLNode, file: String) throws(BoardError) {
        let reader = try YAMLReader(
            node, file: file,
            keys: ["kind", "origin", "memory", "information", "program", "sectors"])
        let kinds = Kind.allCases.map(\.rawValue).joined(separator: ", ")
        self.init(
            kind: try reader.value("kind", valid: kinds, Kind.init(rawValue:)),
            origin: try reader.value("origin", valid: "an address", Quantity.address),
            memory: try reader.value("memory", valid: "a memory's name") { $0 },
            information: try reader.optional("information", valid: "a memory's name") { $0 },
            programMicroseconds: try reader.value(
                "program", valid: Self.validTime, Quantity.microseconds),
            sectors: [])
        for node in try reader.list("sectors") {
            sectors.append(try SectorGroup(node, file: file))
        }
    }

    fileprivate static let validTime = "a time of at most an hour, e.g. 41us, 85ms or 1s"
}

extension Board.FlashController.SectorGroup {
    fileprivate init(_ node: YAMLNode, file: String) throws(BoardError) {
        let reader = try YAMLReader(node, file: file, keys: ["count", "length", "erase"])
        var times: [UInt64] = []
        for time in try reader.list("erase") {
            times.append(
                try YAMLReader.scalar(
                    time, key: "erase", file: file, valid: Board.FlashController.validTime,
                    Quantity.microseconds))
        }
        self.init(
            count: try reader.value("count", valid: "1...65536") {
                Int($0).flatMap { (1...65536).contains($0) ? $0 : nil }
            }, lengthBytes: try reader.length("length"), eraseMicroseconds: times)
    }
}
