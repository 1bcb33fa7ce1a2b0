// SPDX-License-Identifier: GPL-2.0-or-later
import Foundation

/// Why bytes are not a run record.
public enum RunRecordError: Error, Sendable, Equatable {
    /// Not JSON, or JSON that lacks what a record must have; `detail` names the key.
    case malformed(detail: String)
    /// A record of another version of Kinglet.
    case unsupportedSchemaVersion(found: Int)
}

extension RunRecordError: CustomStringConvertible {
    /// The message for a person.
    public var description: String {
        switch self {
        case .malformed(let detail): "not a Kinglet run record: \(detail)"
        case .unsupportedSchemaVersion(let found):
            "the record has schema_version \(found); this Kinglet reads schema_version "
                + "\(RunRecord.currentSchemaVersion)"
        }
    }
}

extension RunRecord {
    /// The record as JSON: sorted keys, indented, a newline at the end; equal records give equal text.
    ///
    /// Numbers that JSON cannot express are the strings `nan`, `inf` and `-inf`.
    public func encodedJSON() -> String { RecordJSON.text(self) }

    /// Reads a record that `encodedJSON()` wrote, of this or another Kinglet.
    public init(json: String) throws(RunRecordError) {
        let decoder = JSONDecoder()
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        let data = Data(json.utf8)
        do {
            let version = try decoder.decode(SchemaVersion.self, from: data).schemaVersion
            guard version == RunRecord.currentSchemaVersion else {
                throw RunRecordError.unsupportedSchemaVersion(found: version)
            }
            self = try decoder.decode(RunRecord.self, from: data)
        } catch let error as RunRecordError {
            throw error
        } catch let error as DecodingError {
            throw .malformed(detail: error.place)
        } catch {
            throw .malformed(detail: "\(error)")
        }
    }

    /// Read first, so that a record of another version is not blamed for missing keys.
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
