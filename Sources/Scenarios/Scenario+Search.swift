// SPDX-License-Identifier: GPL-2.0-or-later
import StrictYAML

extension Scenario {
    /// Whether a YAML file of a folder is meant to be a scenario: it has a key `image` or `model`. So is
    /// what is no YAML at all, so that its author hears of it.
    package static func saysWhatToRun(_ yaml: String) -> Bool {
        guard let node = try? YAMLDocument.compose(yaml, file: "") else { return !yaml.isEmpty }
        return node.keys.contains("image") || node.keys.contains("model")
    }
}
