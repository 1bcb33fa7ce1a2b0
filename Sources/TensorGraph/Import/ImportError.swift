// SPDX-License-Identifier: GPL-2.0-or-later

/// Where in a model something is: operator, tensor and file offset, as far as they are known.
package struct ImportPlace: Sendable, Equatable {
    package var operatorIndex: Int?
    /// TFLite's name, such as CONV_2D.
    package var operatorName: String?
    package var tensor: String?
    /// In bytes from the file's start.
    package var offset: Int?

    package init(
        operatorIndex: Int? = nil, operatorName: String? = nil, tensor: String? = nil,
        offset: Int? = nil
    ) {
        self.operatorIndex = operatorIndex
        self.operatorName = operatorName
        self.tensor = tensor
        self.offset = offset
    }
}

extension ImportPlace: CustomStringConvertible {
    package var description: String {
        var parts: [String] = []
        if let operatorIndex {
            parts.append("operator \(operatorIndex)" + (operatorName.map { " (\($0))" } ?? ""))
        }
        if let tensor { parts.append("tensor '\(tensor)'") }
        if let offset { parts.append("byte \(offset)") }
        return parts.isEmpty ? "model" : parts.joined(separator: ", ")
    }
}

/// Why a file is not a model that can be trained.
package enum ImportError: Error, Sendable, Equatable {
    /// The file does not carry TFLite's identifier.
    case notTFLite(found: String)
    /// `what` would need `length` bytes at `offset`.
    case outOfBounds(what: String, offset: Int, length: Int, fileSize: Int)
    /// The file's structure holds a value that no FlatBuffer or TFLite model has there.
    case malformed(ImportPlace, what: String, found: String, valid: String)
    /// More of something than a model for a microcontroller has, or the same bytes used so often
    /// that reading them would take unreasonably long.
    case tooLarge(what: String, offset: Int, limit: Int)
    /// Lawful TFLite, but outside what is supported.
    case unsupported(ImportPlace, what: String, found: String, supported: String)
    /// The network does not fit together.
    case unlawful(GraphError)
}

extension ImportError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .notTFLite(let found):
            "byte 4: found \(found), where a TFLite model has the identifier TFL3"
        case .outOfBounds(let what, let offset, let length, let fileSize):
            "byte \(offset): \(what) needs \(length) bytes, but the file has only \(fileSize); "
                + "it is truncated or damaged"
        case .malformed(let place, let what, let found, let valid):
            "\(place): \(what) is \(found); valid: \(valid)"
        case .tooLarge(let what, let offset, let limit):
            "byte \(offset): \(what) exceeds the limit of \(limit)"
        case .unsupported(let place, let what, let found, let supported):
            "\(place): \(what) is \(found), which is not supported; supported: \(supported)"
        case .unlawful(let error):
            error.description
        }
    }
}
