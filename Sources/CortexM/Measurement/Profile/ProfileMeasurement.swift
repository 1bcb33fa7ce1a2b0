// SPDX-License-Identifier: GPL-2.0-or-later

/// Where a run's cycles went. Every cycle of `MachineResult.total` is in exactly one node, and in exactly
/// one instruction or in `exceptionCycles`.
package struct ProfileMeasurement: Sendable, Equatable {
    package struct Function: Sendable, Equatable {
        package var name: String
        /// First byte; nil for what is no code of the image: exceptions, `[unknown]`.
        package var address: UInt32?
        package init(name: String, address: UInt32? = nil) {
            self.name = name
            self.address = address
        }
    }

    /// A way of calls from a root to a function. Exceptions are roots of their own.
    package struct Node: Sendable, Equatable {
        /// Index of the caller's node, always a smaller one; nil for a root.
        package var parent: Int?
        package var function: Int
        package var calls: UInt64
        /// Cycles of the function itself, by index into `phases`.
        package var cycles: [UInt64]
        package init(parent: Int?, function: Int, calls: UInt64, cycles: [UInt64]) {
            self.parent = parent
            self.function = function
            self.calls = calls
            self.cycles = cycles
        }
    }

    /// One training step of `MachineResult.steps`.
    package struct Step: Sendable, Equatable {
        package struct Share: Sendable, Equatable {
            package var phase: Int
            package var node: Int
            package var cycles: UInt64
            package init(phase: Int, node: Int, cycles: UInt64) {
                self.phase = phase
                self.node = node
                self.cycles = cycles
            }
        }
        package var index: Int
        package var shares: [Share]
        package init(index: Int, shares: [Share]) {
            self.index = index
            self.shares = shares
        }
    }

    /// An instruction with its cycles, including those of a branch to it that refills the pipeline.
    package struct Instruction: Sendable, Equatable {
        package var address: UInt32
        package var function: Int
        package var cycles: UInt64
        package init(address: UInt32, function: Int, cycles: UInt64) {
            self.address = address
            self.function = function
            self.cycles = cycles
        }
    }

    package var functions: [Function] = []
    package var nodes: [Node] = []
    /// In the order in which they first began.
    package var phases: [String] = []
    package var steps: [Step] = []
    /// By address.
    package var instructions: [Instruction] = []
    /// Entry, return and tail-chaining: cycles that no instruction has.
    package var exceptionCycles: UInt64 = 0
    /// What the figures leave out or merge.
    package var warnings: [String] = []

    /// What is in no step and no phase.
    package static let outsideSteps = "outside steps"
    /// What is in a step, but in none of its phases.
    package static let outsidePhases = "step, no phase"

    package init() {}
}
