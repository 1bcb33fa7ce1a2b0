// SPDX-License-Identifier: GPL-2.0-or-later
import Foundation
import TestSupport

/// One instruction as `arm-none-eabi-objdump -d` prints it.
struct ObjdumpLine {
    var address: UInt32
    /// The halfword, or `first << 16 | second`.
    var encoding: UInt32
    var width: Int
    /// `addeq.w`; empty for `<UNDEFINED>`.
    var mnemonic: String
    /// Without the comment and the symbol.
    var operands: String
    var comment: String

    /// The instruction is data in the text section (`.word`, `.short`, `.byte`).
    var isData: Bool { mnemonic.utf8.first == UInt8(ascii: ".") }
}

/// The archives of one multilib and firmware images, disassembled.
enum Objdump {
    /// Disassembles an object, archive or executable.
    ///
    /// Relocations are removed first: with them objdump prints the symbol instead of the target that the
    /// encoding holds.
    static func disassemble(_ path: String) throws -> [ObjdumpLine] {
        try Assembler.withTemporaryDirectory { folder in
            let copy = folder.appending(path: "copy").path
            try Assembler.run(
                "arm-none-eabi-objcopy", ["--remove-relocations=*", "--strip-debug", path, copy])
            return parse(try Assembler.run("arm-none-eabi-objdump", ["-d", "-z", copy]))
        }
    }

    /// Disassembles raw Thumb code, every byte of it.
    static func disassemble(bytes: [UInt8]) throws -> [ObjdumpLine] {
        try Assembler.withTemporaryDirectory { folder in
            let file = folder.appending(path: "code.bin")
            try Data(bytes).write(to: file)
            let arguments = [
                "-D", "-z", "-b", "binary", "-m", "arm", "-M", "force-thumb", file.path,
            ]
            return parse(try Assembler.run("arm-none-eabi-objdump", arguments))
        }
    }

    /// The path of a library in the multilib that the compiler takes for these options.
    static func library(_ name: String, cpu: String) throws -> String {
        let options = ["-mcpu=\(cpu)", "-mthumb", "-mfloat-abi=hard", "-print-file-name=\(name)"]
        return try Assembler.run("arm-none-eabi-gcc", options)
            .trimmingCharacters(in: .whitespacesAndNewlines)
    }

    static func parse(_ text: String) -> [ObjdumpLine] {
        var lines: [ObjdumpLine] = []
        let bytes = Array(text.utf8)
        var start = 0
        while start < bytes.count {
            let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
            if let line = parseLine(bytes[start..<end]) { lines.append(line) }
            start = end + 1
        }
        return lines
    }

    /// `  1e:<TAB>ea5f 079a <TAB>movs.w<TAB>r7, sl, lsr #2<TAB>@ comment`, or nil for another line.
    private static func parseLine(_ line: ArraySlice<UInt8>) -> ObjdumpLine? {
        let fields = line.split(separator: UInt8(ascii: "\t"), omittingEmptySubsequences: false)
        guard fields.count >= 3, fields[0].last == UInt8(ascii: ":"),
            let address = hex(fields[0].dropLast().drop { $0 == UInt8(ascii: " ") })
        else { return nil }
        var encoding: UInt32 = 0
        var width = 0
        for group in fields[1].split(separator: UInt8(ascii: " ")) {
            guard let value = hex(group) else { return nil }
            encoding = group.count == 4 ? encoding << 16 | value : value
            width += group.count / 2
        }
        let mnemonic = String(decoding: fields[2], as: UTF8.self)
            .trimmingCharacters(in: .whitespaces)
        var rest = String(
            decoding: Array(fields.dropFirst(3).joined(separator: [UInt8(ascii: "\t")])),
            as: UTF8.self)
        var comment = ""
        if let at = rest.firstIndex(of: "@") {
            comment = rest[rest.index(after: at)...].trimmingCharacters(in: .whitespaces)
            rest = String(rest[..<at])
        }
        if rest.contains("<undefined>") { comment = "<UNDEFINED>" }
        if let symbol = rest.range(of: " <") { rest = String(rest[..<symbol.lowerBound]) }
        return ObjdumpLine(
            address: address, encoding: encoding, width: width, mnemonic: mnemonic,
            operands: rest.trimmingCharacters(in: .whitespaces), comment: comment)
    }

    private static func hex(_ digits: ArraySlice<UInt8>) -> UInt32? {
        guard !digits.isEmpty, digits.count <= 8 else { return nil }
        var value: UInt32 = 0
        for digit in digits {
            switch digit {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = value << 4 | UInt32(digit - 48)
            case UInt8(ascii: "a")...UInt8(ascii: "f"): value = value << 4 | UInt32(digit - 87)
            default: return nil
            }
        }
        return value
    }
}
