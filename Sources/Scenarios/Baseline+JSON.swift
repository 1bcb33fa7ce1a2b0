// SPDX-License-Identifier: GPL-2.0-or-later
import Foundation

/// Why a file is no baseline.
package struct BaselineError: Error, Sendable, Equatable, CustomStringConvertible {
    package var description: String
    package init(description: String) { self.description = description }
}

extension Baseline {
    /// Sorted keys, indented, a newline at the end; equal baselines give equal text.
    package func encodedJSON() -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(self) else {
            preconditionFailure("a baseline holds only strings and finite numbers")
        }
        return String(decoding: data, as: UTF8.self) + "\n"
    }

    /// Reads what `encodedJSON()` wrote.
    ///
    /// - Parameter file: as messages shall name it.
    package init(json: String, file: String) throws(BaselineError) {
        struct Version: Decodable {
            let schemaVersion: Int
            enum CodingKeys: String, CodingKey { case schemaVersion = "schema_version" }
        }
        let data = Data(json.utf8)
        let decoder = JSONDecoder()
        do {
            let version = try decoder.decode(Version.self, from: data).schemaVersion
            guard version == Self.currentSchemaVersion else {
                throw BaselineError(
                    description: "\(file): the baseline has schema_version \(version); valid: "
                        + "\(Self.currentSchemaVersion)")
            }
            self = try decoder.decode(Baseline.self, from: data)
        } catch let error as BaselineError {
            throw error
        } catch DecodingError.keyNotFound(let key, _) {
            throw BaselineError(
                description: "\(file): no baseline of Kinglet: key '\(key.stringValue)' is missing")
        } catch DecodingError.typeMismatch(_, let context) {
            let path = context.codingPath.map(\.stringValue).joined(separator: ".")
            throw BaselineError(
                description: "\(file): no baseline of Kinglet: "
                    + (path.isEmpty ? "it is no JSON object" : "'\(path)' is of the wrong type"))
        } catch {
            throw BaselineError(
                description: "\(file): no baseline of Kinglet: it is not JSON; write it anew with "
                    + "--update-baseline")
        }
    }
}
