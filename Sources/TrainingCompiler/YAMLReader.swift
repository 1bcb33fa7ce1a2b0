// SPDX-License-Identifier: GPL-2.0-or-later
import StrictYAML

/// Reads scheme and network files.
typealias YAMLReader = MappingReader<TrainingError>

extension TrainingError: YAMLFailure {}
