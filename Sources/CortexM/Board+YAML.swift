// SPDX-License-Identifier: GPL-2.0-or-later
import StrictYAML

extension Board {
    /// Reads a board file.
    ///
    /// Unknown keys are refused with their line and the valid ones. Sizes take K, M, KiB, MiB; clocks
    /// kHz, MHz.
    package static func parse(yaml: String, file: String) throws(BoardError) -> Board {
        let top = try YAMLReader(
            yaml: yaml, file: file,
            keys: [
                "schema_version", "name", "summary", "core", "bit_band", "clock", "vector_table",
                "interrupts", "priority_bits", "systick_reference_divider", "memories",
                "peripherals", "registers", "uarts", "flash_controller", "timing", "energy",
            ])
        try top.requireVersion()
        let cores = Core.allCases.map(\.rawValue).joined(separator: ", ")
        let memories = try memoryList(top, file: file)
        var board = Board(
            name: try top.value("name", valid: "a word") { $0.isEmpty ? nil : $0 },
            summary: try top.optional("summary", valid: "text") { $0 } ?? "",
            core: try top.value("core", valid: cores, Core.init(rawValue:)),
            clockHz: try top.value("clock", valid: "a frequency, e.g. 64MHz", Quantity.hertz),
            memories: memories,
            vectorTable: try top.value("vector_table", valid: "an address", Quantity.address),
            interruptCount: try top.value("interrupts", valid: "1...496") { Int($0) },
            priorityBits: try top.value("priority_bits", valid: "3...8") { Int($0) },
            timing: try BoardTiming(top.optionalNode("timing"), memories: memories, file: file))
        board.hasBitBand =
            try top.optional("bit_band", valid: "true or false") { Bool($0) } ?? false
        board.sysTickReferenceDivider =
            try top.optional("systick_reference_divider", valid: "1...65536") {
                UInt32($0).flatMap { (1...65536).contains($0) ? $0 : nil }
            }
        if top.optionalNode("peripherals") != nil {
            board.peripherals = []
            for node in try top.list("peripherals") {
                board.peripherals.append(try PeripheralRange(node, file: file))
            }
        }
        if top.optionalNode("registers") != nil {
            for node in try top.list("registers") {
                board.registers.append(try Register(node, file: file))
            }
        }
        if top.optionalNode("uarts") != nil {
            for node in try top.list("uarts") {
                board.uarts.append(try UART(node, file: file))
            }
        }
        if let node = top.optionalNode("flash_controller") {
            board.flashController = try FlashController(node, file: file)
        }
        if let node = top.optionalNode("energy") {
            board.energy = try BoardEnergy(node, file: file)
        }
        try board.validate()
        return board
    }
}

private func memoryList(_ top: YAMLReader, file: String) throws(BoardError) -> [Board.Memory] {
    var result: [Board.Memory] = []
    for node in try top.list("memories") {
        let reader = try YAMLReader(
            node, file: file, keys: ["name", "kind", "origin", "length", "aliases", "execute"])
        let kinds = Board.Memory.Kind.allCases.map(\.rawValue).joined(separator: ", ")
        var aliases: [UInt32] = []
        if reader.optionalNode("aliases") != nil {
            for alias in try reader.list("aliases") {
                aliases.append(
                    try YAMLReader.scalar(
                        alias, key: "aliases", file: file, valid: "addresses", Quantity.address))
            }
        }
        var memory = Board.Memory(
            name: try reader.value("name", valid: "a word") { $0 },
            kind: try reader.value("kind", valid: kinds, Board.Memory.Kind.init(rawValue:)),
            origin: try reader.value("origin", valid: "an address", Quantity.address),
            lengthBytes: try reader.length("length"), aliases: aliases)
        // Memory that cannot be written is code, or nothing at all.
        let canBeData = memory.kind != .flash && memory.kind != .rom
        memory.isExecutable =
            try reader.optional(
                "execute", valid: canBeData ? "true or false" : "true, for \(memory.kind.rawValue)"
            ) { text in Bool(text).flatMap { $0 || canBeData ? $0 : nil } } ?? true
        result.append(memory)
    }
    return result
}

extension Board.PeripheralRange {
    fileprivate init(_ node: YAMLNode, file: String) throws(BoardError) {
        let reader = try YAMLReader(node, file: file, keys: ["name", "origin", "length"])
        self.init(
            name: try reader.value("name", valid: "a word") { $0 },
            origin: try reader.value("origin", valid: "an address", Quantity.address),
            lengthBytes: try reader.length("length"))
    }
}
