// SPDX-License-Identifier: GPL-2.0-or-later

/// Runs the line number programs of `.debug_line` (DWARF 5, 6.2.5).
struct LineParser {
    private let file: ByteReader
    private let lines: Range<Int>
    private var strings: DebugStrings
    /// Where code is; what the linker dropped stands elsewhere, mostly at 0.
    private let code: [Range<UInt64>]
    private let functionAtZero: Bool

    private var files: [String] = []
    private var fileNumbers: [String: Int32] = [:]
    private var rows: [LineTable.Row] = []
    /// Units may spell long directories in front of many names.
    private var pathBudgetBytes: Int

    /// More than the firmware of any microcontroller.
    static let mostRows = 1 << 24

    init(
        file: ByteReader, lines: Range<Int>, strings: Range<Int>?, lineStrings: Range<Int>?,
        code: [Range<UInt64>], functionAtZero: Bool
    ) {
        self.file = file
        self.lines = lines
        self.strings = DebugStrings(file: file, strings: strings, lineStrings: lineStrings)
        self.code = code
        self.functionAtZero = functionAtZero
        pathBudgetBytes = 8 * file.count + 65_536
    }

    mutating func parse() throws(FirmwareImageError) -> LineTable {
        var section = ByteCursor(file, lines, ".debug_line")
        while !section.isAtEnd {
            let place = section.position
            var length = try section.unsigned(4)
            let isLong = length == 0xFFFF_FFFF
            if isLong { length = try section.unsigned(8) }
            var unit = try section.part(length, "unit at byte \(place) of .debug_line")
            let header = try LineHeader(&unit, offsetSize: isLong ? 8 : 4, strings: strings)
            try run(&unit, header)
        }
        return LineTable(files: files, rows: rows)
    }

    /// The registers of the state machine that matter here.
    private struct State {
        var address: UInt64 = 0
        var operation: UInt64 = 0
        var file: UInt64 = 1
        var line: Int64 = 1
        /// Rows of the sequence so far.
        var rows: [(address: UInt64, file: UInt32, line: Int32)] = []

        mutating func emit() {
            rows.append((address, UInt32(clamping: file), Int32(clamping: max(0, line))))
        }
    }

    private mutating func run(
        _ program: inout ByteCursor, _ initial: LineHeader
    ) throws(FirmwareImageError) {
        var header = initial
        var state = State()
        var numbers: [UInt32: Int32] = [:]
        while !program.isAtEnd {
            guard rows.count + state.rows.count < Self.mostRows else {
                throw .invalidField(
                    what: ".debug_line", offset: program.position,
                    found: "more than \(Self.mostRows) rows", valid: "at most that many")
            }
            let opcode = try program.u8()
            if opcode >= header.opcodeBase {
                let adjusted = UInt64(opcode - header.opcodeBase)
                advance(&state, adjusted / header.lineRange, header)
                state.line &+= header.lineBase &+ Int64(adjusted % header.lineRange)
                state.emit()
            } else if opcode == 0 {
                var extended = try program.part(try program.uleb(), program.what)
                guard !extended.isAtEnd else { continue }
                switch try extended.u8() {
                case 1:
                    try endSequence(state, header, &numbers)
                    state = State()
                case 2: state.address = try extended.unsigned(min(8, extended.remaining))
                case 3:
                    header.files.append(try LineHeader.file(&extended))
                    numbers = [:]
                default: break
                }
            } else {
                try standard(opcode, &program, &state, header)
            }
        }
    }

    private func standard(
        _ opcode: UInt8, _ program: inout ByteCursor, _ state: inout State, _ header: LineHeader
    ) throws(FirmwareImageError) {
        switch opcode {
        case 1: state.emit()
        case 2: advance(&state, try program.uleb(), header)
        case 3: state.line &+= try program.sleb()
        case 4: state.file = try program.uleb()
        case 8: advance(&state, UInt64(255 - header.opcodeBase) / header.lineRange, header)
        case 9:
            state.address &+= try program.unsigned(2)
            state.operation = 0
        default:
            for _ in 0..<header.operandCounts[Int(opcode) - 1] { _ = try program.uleb() }
        }
    }

    private func advance(_ state: inout State, _ operations: UInt64, _ header: LineHeader) {
        let (sum, overflow) = state.operation.addingReportingOverflow(operations)
        let total = overflow ? operations : sum
        state.address &+=
            header.minimumInstructionLength &* (total / header.operationsPerInstruction)
        state.operation = total % header.operationsPerInstruction
    }

    /// A sequence covers one run of code, mostly a function.
    private mutating func endSequence(
        _ state: State, _ header: LineHeader, _ numbers: inout [UInt32: Int32]
    ) throws(FirmwareImageError) {
        guard let start = state.rows.first?.address, start != 0 || functionAtZero,
            isCode(start)
        else { return }
        let ends = state.rows.dropFirst().map(\.address) + [state.address]
        for (row, end) in zip(state.rows, ends) where row.address < end && end <= 1 << 32 {
            let number: Int32
            if let known = numbers[row.file] {
                number = known
            } else {
                number = try fileNumber(row.file, header)
                numbers[row.file] = number
            }
            rows.append(
                LineTable.Row(
                    start: UInt32(row.address), end: UInt32(clamping: end), file: number,
                    line: row.line))
        }
    }

    private func isCode(_ address: UInt64) -> Bool {
        let next = SymbolTable.firstIndex(in: code) { $0.upperBound > address }
        return next < code.count && code[next].contains(address)
    }

    private mutating func fileNumber(
        _ index: UInt32, _ header: LineHeader
    ) throws(FirmwareImageError) -> Int32 {
        let path = try path(Int(clamping: index), header)
        pathBudgetBytes -= path.utf8.count
        guard pathBudgetBytes >= 0 else {
            throw .invalidField(
                what: "file names of .debug_line", offset: lines.lowerBound,
                found: "many long names that share their bytes",
                valid: "at most \(8 * file.count + 65_536) bytes")
        }
        if let known = fileNumbers[path] { return known }
        let number = Int32(files.count)
        files.append(path)
        fileNumbers[path] = number
        return number
    }

    /// Directory and name, as far as the unit tells them.
    private mutating func path(
        _ index: Int, _ header: LineHeader
    ) throws(FirmwareImageError) -> String {
        guard header.files.indices.contains(index) else { return "?" }
        let file = header.files[index]
        let name = try strings.text(at: file.name)
        if name.hasPrefix("/") { return name }
        var path = name
        if header.directories.indices.contains(file.directory) {
            path = Self.join(try strings.text(at: header.directories[file.directory]), path)
        }
        if header.version >= 5, file.directory != 0, let root = header.directories.first {
            path = Self.join(try strings.text(at: root), path)
        }
        return path
    }

    private static func join(_ directory: String, _ path: String) -> String {
        if directory.isEmpty || directory == "." || path.hasPrefix("/") { return path }
        let folder = directory.hasPrefix("./") ? String(directory.dropFirst(2)) : directory
        return folder.hasSuffix("/") ? folder + path : folder + "/" + path
    }
}
