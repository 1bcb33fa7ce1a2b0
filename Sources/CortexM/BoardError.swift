// SPDX-License-Identifier: GPL-2.0-or-later
package import StrictYAML

/// Why a board file or a board description was refused.
package enum BoardError: Error, Equatable, CustomStringConvertible {
    /// Something in a board file.
    case file(YAMLError)
    case unknownBoard(name: String, valid: [String])
    case badRange(option: String, text: String, valid: String)
    case unknownCore(name: String, valid: [String])
    case inconsistent(board: String, detail: String)
    /// Beyond the flash's wait state table.
    case clockTooHigh(board: String, hertz: UInt64, limit: UInt64)

    package var description: String {
        switch self {
        case .file(let error): error.description
        case .unknownBoard(let name, let valid):
            "unknown board '\(name)'; valid boards: \(valid.joined(separator: ", "))"
        case .badRange(let option, let text, let valid):
            "\(option) '\(text)' is not a memory range; valid: \(valid)"
        case .unknownCore(let name, let valid):
            "unknown core '\(name)'; valid cores: \(valid.joined(separator: ", "))"
        case .inconsistent(let board, let detail): "board '\(board)': \(detail)"
        case .clockTooHigh(let board, let hertz, let limit):
            "board '\(board)': a clock of \(Quantity.text(hertz: hertz)) is beyond its flash's wait state "
                + "table; valid: up to \(Quantity.text(hertz: limit))"
        }
    }
}
