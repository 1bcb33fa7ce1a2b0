// SPDX-License-Identifier: GPL-2.0-or-later
package import TensorGraph

/// What the arena holds for a while during a step. Numbers are node indices.
package enum TrainingBuffer: Sendable, Hashable {
    case activation(TensorID)
    /// The trained channels of a layer's input, [pixels][channels].
    case channels(Int)
    /// A bit for each element of a node's output.
    case mask(Int)
    case gradient(TensorID)
    /// What a node adds to the gradient at a tensor with several consumers.
    case contribution(TensorID, node: Int)
    case biasSums(Int)
    case weightSums(Int)
    /// Memory that one operation needs while it runs, by its position in the schedule.
    case scratch(Int)
}

/// One operation of a training step.
package enum StepOperation: Sendable, Hashable {
    /// The sample arrives.
    case input
    case forward(Int)
    case streamed(StreamedBlock)
    /// Copies the trained channels of a node's input.
    case keepChannels(Int)
    /// Records which elements of a node's output are not clamped.
    case recordMask(Int)
    case backward(BackwardOperation)
    /// Several operations of a block, for some expanded channels after the others.
    case tiled(TiledBlock)
}

/// An operation with the buffers that it touches.
package struct ScheduledOperation: Sendable, Hashable {
    package let operation: StepOperation
    package let reads: [TrainingBuffer]
    /// Buffers written; one that is read too is changed in place.
    package let writes: [TrainingBuffer]
    package let scratchBytes: Int
}
