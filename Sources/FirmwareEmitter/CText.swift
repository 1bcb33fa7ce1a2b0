// SPDX-License-Identifier: GPL-2.0-or-later

/// Pieces of C that are the same on every machine.
enum CText {
    static let license = "// SPDX-License-Identifier: Apache-2.0\n// clang-format off\n"
    private static let lineWidth = 100

    /// Text of unknown origin for a `//` comment or a string: nothing in it can end either, and it
    /// has no trigraph.
    static func harmless(_ text: String, limit: Int = 60) -> String {
        let allowed = " _./:;,+-()[]=<>".unicodeScalars
        var result = ""
        for scalar in text.unicodeScalars.prefix(limit) {
            let isPlain =
                scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar))
            result.unicodeScalars.append(isPlain || allowed.contains(scalar) ? scalar : "_")
        }
        return result
    }

    /// The shortest decimal that reads back as the same float.
    static func float(_ value: Float) -> String { "\(value)f" }

    /// 1234567 becomes "1,234,567".
    static func grouped(_ value: Int) -> String {
        var result = ""
        for (index, digit) in String(value).reversed().enumerated() {
            if index > 0, index % 3 == 0 { result.append(",") }
            result.append(digit)
        }
        return String(result.reversed())
    }

    /// `1x64x48` of extents that are not 1 in front.
    static func extents(_ numbers: [Int]) -> String {
        let shown = numbers.count > 1 && numbers[0] == 1 ? Array(numbers.dropFirst()) : numbers
        return shown.isEmpty ? "1" : shown.map(String.init).joined(separator: "x")
    }

    /// The definition of a constant array, in lines of bearable length.
    static func array(
        _ type: String, _ name: String, _ values: [String], isStatic: Bool = false
    ) -> String {
        var text = "\(isStatic ? "static " : "")const \(type) \(name)[\(values.count)] = {"
        var line = ""
        for value in values {
            if line.isEmpty || line.utf8.count + value.utf8.count + 2 > lineWidth {
                text += line.isEmpty ? "\n" : line + "\n"
                line = "    "
            } else {
                line += " "
            }
            line += value + ","
        }
        return text + line + "\n};\n"
    }

    static func array<Value: BinaryInteger>(
        _ type: String, _ name: String, _ values: [Value], isStatic: Bool = false
    ) -> String {
        array(type, name, values.map { "\($0)" }, isStatic: isStatic)
    }

    /// FNV-1a (Fowler, Noll, Vo), 32 bits.
    static func hash(_ texts: [String]) -> UInt32 {
        var hash: UInt32 = 0x811C_9DC5
        for byte in texts.joined().utf8 { hash = (hash ^ UInt32(byte)) &* 0x0100_0193 }
        return hash
    }
}

extension CText {
    /// `start(arguments)end`, its lines broken between arguments below the bracket.
    static func call(
        _ start: String, _ arguments: [String], _ end: String = ";", indent: Int = 4
    ) -> String {
        let margin = String(repeating: " ", count: indent)
        let continuation = String(repeating: " ", count: indent + start.utf8.count + 1)
        var lines: [String] = []
        var line = margin + start + "("
        for (index, argument) in arguments.enumerated() {
            let piece = argument + (index == arguments.count - 1 ? ")" + end : ",")
            let isFirst = line.hasSuffix("(") || line == continuation
            if !isFirst, line.utf8.count + piece.utf8.count + 1 > lineWidth {
                lines.append(line)
                line = continuation + piece
            } else {
                line += (isFirst ? "" : " ") + piece
            }
        }
        return (lines + [line]).joined(separator: "\n") + "\n"
    }
}
