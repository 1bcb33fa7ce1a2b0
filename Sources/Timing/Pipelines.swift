// SPDX-License-Identifier: GPL-2.0-or-later

/// The cores that Timing models.
package enum PipelineCore: String, Sendable, CaseIterable {
    case cortexM4 = "cortex-m4"
    case cortexM7 = "cortex-m7"
}

package enum Pipelines {
    /// The pipeline model of a core on a board with these memories.
    package static func make(core: PipelineCore, memory: MemoryTiming) -> any PipelineModel {
        switch core {
        case .cortexM4: CortexM4Pipeline(memory: memory)
        case .cortexM7: CortexM7Pipeline(memory: memory)
        }
    }
}
