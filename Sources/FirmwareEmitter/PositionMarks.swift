// SPDX-License-Identifier: GPL-2.0-or-later

/// Which lines of `model.c` do which operation of the step.
///
/// While the text is put together, marks of private-use characters stand in it, which no emitted name can
/// hold; `init` takes them out again.
struct PositionMarks {
    private static let open: Character = "\u{E000}"
    private static let close: Character = "\u{E001}"

    /// What follows does this operation.
    static func mark(_ position: Int) -> String { "\(open)\(position)\(close)" }

    /// What follows does none.
    static let end = "\(open)\(close)"

    /// Without marks.
    let text: String
    /// First and last line of each operation that has some, counted from 1.
    let lines: [Int: ClosedRange<Int>]

    init(_ marked: String) {
        var text = ""
        var lines: [Int: ClosedRange<Int>] = [:]
        var position: Int?
        var line = 1
        var mark: String?
        for character in marked {
            if character == Self.open {
                mark = ""
            } else if character == Self.close {
                position = mark.flatMap { Int($0) }
                mark = nil
            } else if mark != nil {
                mark?.append(character)
            } else {
                text.append(character)
                if let position {
                    lines[position] = (lines[position]?.lowerBound ?? line)...line
                }
                if character == "\n" { line += 1 }
            }
        }
        self.text = text
        self.lines = lines
    }
}
