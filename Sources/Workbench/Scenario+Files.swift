// SPDX-License-Identifier: GPL-2.0-or-later
import Foundation
import Scenarios
import StrictYAML

extension Scenario {
    /// A path of the file, relative to where the program runs.
    func path(_ text: String) -> String {
        guard !text.hasPrefix("/"), let slash = file.lastIndex(of: "/") else { return text }
        return String(file[...slash]) + text
    }

    /// The path of a file (or folder) that must exist.
    func existing(
        _ key: String, _ value: Located<String>, isFolder: Bool = false
    ) throws(WorkbenchError) -> String {
        let path = path(value.value)
        var isDirectory: ObjCBool = false
        let exists = FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory)
        guard exists, isDirectory.boolValue == isFolder else {
            throw .scenario(
                bad(
                    key, value,
                    valid: "an existing \(isFolder ? "folder" : "file"); '\(path)' is "
                        + (exists ? "a \(isFolder ? "file" : "folder")" : "missing"),
                    choices: exists ? [] : siblings(of: value.value)))
        }
        return path
    }

    /// Names beside a path, spelled as the path is.
    private func siblings(of text: String) -> [String] {
        let slash = text.lastIndex(of: "/")
        let folder = slash.map { String(text[...$0]) } ?? ""
        let names =
            (try? FileManager.default.contentsOfDirectory(
                atPath: path(folder.isEmpty ? "." : folder))) ?? []
        return names.map { folder + $0 }
    }

    /// An error of the run at the place in the scenario that it comes from, where that is known.
    func placed(_ error: WorkbenchError) -> WorkbenchError {
        if case .image = error, case .image(let image) = subject {
            return .scenario(
                YAMLError(
                    file: file, line: image.line, column: image.column,
                    .syntax("'image': \(error)")))
        }
        guard case .place(let option, let problem) = error else { return error }
        let place: (key: String, value: Located<String>)? =
            if option == "--step-symbol" {
                stepSymbol.map { ("step_symbol", $0) }
            } else {
                regions.first { "--region \($0.name)" == option }.map {
                    ("regions: \($0.name)", $0.from)
                }
            }
        guard let place else { return error }
        return .scenario(
            YAMLError(
                file: file, line: place.value.line, column: place.value.column,
                .syntax("'\(place.key)': \(problem)")))
    }
}
