// SPDX-License-Identifier: GPL-2.0-or-later
import RunModel

/// How far cycles can be trusted, in one line.
enum FidelityText {
    /// "cortex-m4/3, fast mode; estimated: integer, divide; not-modelled: unaligned data".
    static func line(_ fidelity: FidelityRecord) -> String {
        var bases: [String] = []
        var names: [String: [String]] = [:]
        for codeClass in fidelity.classes {
            if names[codeClass.basis] == nil { bases.append(codeClass.basis) }
            names[codeClass.basis, default: []].append(codeClass.name)
        }
        let groups = bases.map { "\($0): \(names[$0, default: []].joined(separator: ", "))" }
        return (["\(fidelity.model), \(fidelity.mode) mode"] + groups)
            .joined(separator: "; ").printable
    }
}
