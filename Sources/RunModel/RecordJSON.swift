// SPDX-License-Identifier: GPL-2.0-or-later
import Foundation

/// How every record is written: equal records give equal text.
enum RecordJSON {
    /// Sorted keys, indented, a newline at the end. Numbers that JSON cannot express are the strings `nan`,
    /// `inf` and `-inf`.
    static func text(_ record: some Encodable) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        guard let data = try? encoder.encode(record) else {
            preconditionFailure("a record holds only strings and numbers")
        }
        return String(decoding: data, as: UTF8.self) + "\n"
    }
    /// Reads a record, whose version is looked at first, so that one of another version is not blamed for
    /// missing keys.
    ///
    /// - Parameter kind: what messages call it.
    static func record<Record: Decodable>(
        _ json: String, kind: String
    ) throws(RunRecordError) -> Record {
        let decoder = JSONDecoder()
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        let data = Data(json.utf8)
        do {
            let version = try decoder.decode(SchemaVersion.self, from: data).schemaVersion
            guard version == RunRecord.currentSchemaVersion else {
                throw RunRecordError.unsupportedSchemaVersion(found: version)
            }
            return try decoder.decode(Record.self, from: data)
        } catch let error as RunRecordError {
            throw error
        } catch let error as DecodingError {
            throw .malformed(kind: kind, detail: error.place)
        } catch {
            throw .malformed(kind: kind, detail: "\(error)")
        }
    }

    private struct SchemaVersion: Decodable {
        let schemaVersion: Int
        enum CodingKeys: String, CodingKey { case schemaVersion = "schema_version" }
    }
}

extension DecodingError {
    fileprivate var place: String {
        func name(_ path: [any CodingKey]) -> String {
            path.isEmpty
                ? "the file"
                : path.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }.joined(
                    separator: ".")
        }
        switch self {
        case .keyNotFound(let key, let context):
            return "key '\(name(context.codingPath + [key]))' is missing"
        case .typeMismatch(let type, let context), .valueNotFound(let type, let context):
            return "'\(name(context.codingPath))' is not of type \(type)"
        case .dataCorrupted(let context):
            return "\(name(context.codingPath)): \(context.debugDescription)"
        @unknown default: return "\(self)"
        }
    }
}
