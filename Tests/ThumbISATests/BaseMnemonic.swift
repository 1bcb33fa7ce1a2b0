// SPDX-License-Identifier: GPL-2.0-or-later
import ThumbISA

/// Takes the condition, the `s`, the data types and the width off a printed mnemonic.
enum BaseMnemonic {
    private static let names = Set(Mnemonic.allCases.map(\.rawValue))
    private static let conditions = Set(Condition.allCases.map { "\($0)" })

    /// `addseq.w` → `add`; text that is no known mnemonic comes back without its data types.
    static func strip(_ printed: String) -> String {
        let name = printed.split(separator: ".").first.map(String.init) ?? printed
        if names.contains(name) { return name }
        // The condition first: `bls` is `b` with `ls`, not `bl` with `s`.
        if conditions.contains(String(name.suffix(2))) {
            let stem = String(name.dropLast(2))
            if let found = withoutS(stem) { return found }
        }
        return withoutS(name) ?? name
    }

    /// Whether the printed mnemonic carries the `s` that makes it set the flags.
    static func hasS(_ printed: String) -> Bool {
        let name = printed.split(separator: ".").first.map(String.init) ?? printed
        let base = strip(printed)
        return name.dropFirst(base.count).first == "s" && !names.contains(name)
            && !conditions.contains(String(name.dropFirst(base.count)))
    }

    private static func withoutS(_ name: String) -> String? {
        if names.contains(name) { return name }
        let stem = String(name.dropLast())
        return name.hasSuffix("s") && names.contains(stem) ? stem : nil
    }
}
