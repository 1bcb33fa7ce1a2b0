// SPDX-License-Identifier: GPL-2.0-or-later

extension Board {
    /// The boards that come with Kinglet, the default first.
    ///
    /// Their files are part of the program, so that one that does not parse is left out here; a test
    /// asserts that none is.
    package static let all: [Board] = files.compactMap { file, text in
        try? parse(yaml: text, file: file)
    }

    /// Their files, by name.
    private static let files: [(file: String, text: String)] = [
        ("nrf52840.yaml", PackageResources.nrf52840_yaml),
        ("stm32f407g-disc1.yaml", PackageResources.stm32f407g_disc1_yaml),
        ("nucleo-l4r5zi.yaml", PackageResources.nucleo_l4r5zi_yaml),
        ("stm32f746g-disco.yaml", PackageResources.stm32f746g_disco_yaml),
        ("nucleo-f767zi.yaml", PackageResources.nucleo_f767zi_yaml),
        ("nucleo-h743zi.yaml", PackageResources.nucleo_h743zi_yaml),
    ].map { file, bytes in (file, String(decoding: bytes, as: UTF8.self)) }

    /// The file of a board that comes with Kinglet.
    package static func file(named name: String) throws(BoardError) -> String {
        guard let (_, text) = files.first(where: { $0.file == "\(name).yaml" }) else {
            throw .unknownBoard(name: name, valid: all.map(\.name))
        }
        return text
    }

    /// Reads only the file of that name: a run starts with it.
    package static func named(_ name: String) throws(BoardError) -> Board {
        try parse(yaml: file(named: name), file: "\(name).yaml")
    }

    /// A board of one flash and one RAM, with the timing of memories without wait states.
    ///
    /// - Parameters:
    ///   - flash: `ORIGIN:LENGTH`, for example `0x08000000:1MiB`; also the reset vector table.
    ///   - ram: `ORIGIN:LENGTH`.
    package static func generic(cpu: String, flash: String, ram: String) throws(BoardError) -> Board
    {
        guard let core = Core(rawValue: cpu) else {
            throw .unknownCore(name: cpu, valid: Core.allCases.map(\.rawValue))
        }
        let (flashOrigin, flashLength) = try range(flash, option: "--flash")
        let (ramOrigin, ramLength) = try range(ram, option: "--ram")
        var board = Board(
            name: "generic-\(cpu)", summary: "generic \(cpu), flash \(flash), ram \(ram)",
            core: core, clockHz: 64_000_000,
            memories: [
                Memory(
                    name: "flash", kind: .flash, origin: flashOrigin, lengthBytes: flashLength),
                Memory(name: "ram", kind: .sram, origin: ramOrigin, lengthBytes: ramLength),
            ],
            vectorTable: flashOrigin, interruptCount: 240, priorityBits: 4,
            timing: BoardTiming(
                fast: BoardTiming.FastMeans(storeToLoadCycles: core == .cortexM7 ? 0 : 1)))
        board.hasBitBand = core != .cortexM7
        try board.validate()
        return board
    }

    private static func range(_ text: String, option: String) throws(BoardError) -> (UInt32, UInt32)
    {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, let origin = Quantity.address(parts[0]),
            let length = Quantity.bytes(parts[1]).flatMap({ UInt32(exactly: $0) }), length > 0
        else {
            throw .badRange(
                option: option, text: text,
                valid: "ORIGIN:LENGTH, for example 0x20000000:256KiB")
        }
        return (origin, length)
    }
}
