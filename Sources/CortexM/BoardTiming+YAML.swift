// SPDX-License-Identifier: GPL-2.0-or-later
import StrictYAML

extension BoardTiming {
    /// The board file's `timing`; names and addresses in it must be those of `memories`.
    init(_ node: YAMLNode?, memories: [Board.Memory], file: String) throws(BoardError) {
        self.init()
        guard let node else { return }
        let reader = try YAMLReader(
            node, file: file,
            keys: [
                "flash", "instruction_cache", "data_cache", "access", "memory_change", "first_load",
                "fast",
            ])
        if let node = reader.optionalNode("flash") {
            flash = try Flash(node, memories: memories, file: file)
        }
        if let node = reader.optionalNode("instruction_cache") {
            instructionCache = try Cache(node, memories: memories, file: file)
        }
        if let node = reader.optionalNode("data_cache") {
            dataCache = try Cache(node, memories: memories, file: file)
        }
        if let node = reader.optionalNode("access") {
            accessCycles = try Self.cycles(node, of: memories, most: 1000, file: file)
        }
        if let node = reader.optionalNode("first_load") {
            firstLoadCycles = try Self.cycles(node, of: memories, most: 16, file: file)
        }
        memoryChangeCycles =
            try reader.optional("memory_change", valid: "cycles, 0 to 16") {
                wholeNumber($0, in: 0...16)
            } ?? 0
        if let node = reader.optionalNode("fast") {
            fast = try FastMeans(node, hasFlashTable: flash != nil, file: file)
        }
    }

    /// Whole cycles by name of a memory.
    private static func cycles(
        _ node: YAMLNode, of memories: [Board.Memory], most: Int, file: String
    ) throws(BoardError) -> [String: Int] {
        let names = memories.map(\.name)
        let reader = try YAMLReader(node, file: file, keys: names)
        var cycles: [String: Int] = [:]
        for name in names {
            cycles[name] = try reader.optional(name, valid: "cycles, 0 to \(most)") {
                wholeNumber($0, in: 0...most)
            }
        }
        return cycles
    }
}

extension BoardTiming.Flash {
    fileprivate init(_ node: YAMLNode, memories: [Board.Memory], file: String) throws(BoardError) {
        let reader = try YAMLReader(
            node, file: file,
            keys: [
                "wait_states", "line", "prefetch", "instruction_lines", "data_lines",
                "accelerated_at",
            ])
        waitStates = []
        for row in try reader.list("wait_states") {
            waitStates.append(
                try BoardTiming.WaitStates(row, above: waitStates.last, file: file))
        }
        guard !waitStates.isEmpty else { throw reader.bad("wait_states", "[]", "at least one row") }
        lineBytes = try reader.line("line")
        prefetches = try reader.optional("prefetch", valid: "true or false") { Bool($0) } ?? false
        let lines = "a number of lines, 0 to 4096"
        instructionLines =
            try reader.optional("instruction_lines", valid: lines) {
                wholeNumber($0, in: 0...4096)
            } ?? 0
        dataLines =
            try reader.optional("data_lines", valid: lines) { wholeNumber($0, in: 0...4096) } ?? 0
        guard reader.optionalNode("accelerated_at") != nil else { return }
        let origins = memories.filter { $0.kind == .flash }.flatMap { [$0.origin] + $0.aliases }
        let valid =
            "an origin or alias of flash: \(origins.map { hex($0) }.joined(separator: ", "))"
        acceleratedOrigins = []
        for node in try reader.list("accelerated_at") {
            let origin = try YAMLReader.scalar(
                node, key: "accelerated_at", file: file, valid: valid
            ) { Quantity.address($0).flatMap { origins.contains($0) ? $0 : nil } }
            acceleratedOrigins?.append(origin)
        }
    }
}

extension BoardTiming.WaitStates {
    fileprivate init(_ node: YAMLNode, above lower: Self?, file: String) throws(BoardError) {
        let reader = try YAMLReader(node, file: file, keys: ["up_to", "cycles"])
        let least = lower.map { "a frequency above \($0.upToHz) Hz, the row's before" }
        upToHz = try reader.value("up_to", valid: least ?? "a frequency, e.g. 30MHz") {
            Quantity.hertz($0).flatMap { $0 > lower?.upToHz ?? 0 ? $0 : nil }
        }
        let most = 64
        let fewest = lower?.cycles ?? 0
        cycles = try reader.value("cycles", valid: "wait states, \(fewest) to \(most)") {
            wholeNumber($0, in: fewest...most)
        }
    }
}

extension BoardTiming.Cache {
    fileprivate init(_ node: YAMLNode, memories known: [Board.Memory], file: String)
        throws(BoardError)
    {
        let reader = try YAMLReader(node, file: file, keys: ["size", "line", "ways", "memories"])
        let line = try reader.line("line")
        let ways = try reader.value("ways", valid: "1 to 64") { wholeNumber($0, in: 1...64) }
        lineBytes = line
        self.ways = ways
        let way = line * ways
        sizeBytes = try reader.value(
            "size", valid: "line × ways (\(way) bytes) times a power of two, 16 MiB at most"
        ) { text in
            guard let size = Quantity.bytes(text), size <= 16 << 20, Int(size) % way == 0,
                (Int(size) / way).nonzeroBitCount == 1
            else { return nil }
            return Int(size)
        }
        guard reader.optionalNode("memories") != nil else { return }
        let names = known.map(\.name)
        memories = []
        for node in try reader.list("memories") {
            let name = try YAMLReader.scalar(
                node, key: "memories", file: file, valid: names.joined(separator: ", ")
            ) { names.contains($0) ? $0 : nil }
            memories?.append(name)
        }
    }
}

extension BoardTiming.FastMeans {
    fileprivate init(_ node: YAMLNode, hasFlashTable: Bool, file: String) throws(BoardError) {
        self.init()
        let reader = try YAMLReader(
            node, file: file,
            keys: ["flash_misses_per_block", "store_to_load_cycles", "first_load_cycles"])
        let misses = "flash_misses_per_block"
        flashMissesPerBlock =
            try reader.optional(
                misses,
                valid: hasFlashTable ? "0 to 100" : "0, as timing has no 'flash' with wait states"
            ) { number($0, in: 0...(hasFlashTable ? 100 : 0)) } ?? flashMissesPerBlock
        let cycles = "cycles, 0 to 1000"
        storeToLoadCycles =
            try reader.optional("store_to_load_cycles", valid: cycles) { number($0, in: 0...1000) }
            ?? storeToLoadCycles
        firstLoadCycles =
            try reader.optional("first_load_cycles", valid: cycles) { number($0, in: 0...1000) }
            ?? firstLoadCycles
    }
}

extension MappingReader<BoardError> {
    /// Bytes of a line: a power of two.
    fileprivate func line(_ key: String) throws(BoardError) -> Int {
        try value(key, valid: "a power of two of bytes, 4 to 256") { text in
            wholeNumber(text, in: 4...256).flatMap { $0.nonzeroBitCount == 1 ? $0 : nil }
        }
    }
}

private func wholeNumber(_ text: String, in range: ClosedRange<Int>) -> Int? {
    Int(text).flatMap { range.contains($0) ? $0 : nil }
}

private func number(_ text: String, in range: ClosedRange<Double>) -> Double? {
    Double(text).flatMap { range.contains($0) ? $0 : nil }
}
