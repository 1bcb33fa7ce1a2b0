// SPDX-License-Identifier: GPL-2.0-or-later

/// What the compiler does to save memory, each to be switched off so that its gain can be shown.
package struct PassOptions: Sendable, Hashable {
    /// The passes, in the order in which they apply.
    package enum Pass: String, Sendable, Hashable, CaseIterable {
        /// Removes gradients that no update needs; back-propagation stops at the earliest trained layer.
        case prune
        /// Gradients of parameters as early, and updates as early, as their operands allow.
        case reorder
        /// Weight gradient and update in one, without a buffer between. Only where they are neighbours,
        /// which `reorder` sees to.
        case fuse
        /// Depthwise convolutions, additions and element-wise operators overwrite an operand that is not
        /// needed any more, forward and backward.
        case inPlace = "in-place"
        /// One bit an element for clamped outputs; without it the output itself is kept.
        case maskBits = "mask-bits"
        /// Only trained slices of a layer are in SRAM, and only the channels that they see are kept;
        /// without it a layer is trained as a whole or not at all.
        case slices
        /// Frozen inverted-residual blocks run through rolling row buffers.
        case stream
        /// Gradients go back through an inverted-residual block some expanded channels at a time.
        /// Only where `reorder`, `fuse` and `mask-bits` leave nothing else to do with them.
        case tiles
    }

    package var passes: Set<Pass>
    /// Bytes of a gradient's mantissa: 2, or 1 with kernels built for 8 bits.
    package var gradientBytes: Int
    /// Bytes of residual beside each trained weight: 0, 1 or 2.
    package var residualBytes: Int
    /// Whether steps of several samples can be added up before parameters move: then there are 2 bytes
    /// beside each trained weight, whatever `residualBytes` says, and 4 beside each bias.
    package var accumulates = false
    /// Whether the sample may arrive row by row, as from a camera, while the first block streams: then
    /// it is never in memory as a whole.
    package var readsInputByRows: Bool

    /// Everything on, 16-bit gradients, 8-bit residuals, the sample as a whole.
    package init(
        passes: Set<Pass> = Set(Pass.allCases), gradientBytes: Int = 2, residualBytes: Int = 1,
        readsInputByRows: Bool = false
    ) {
        self.readsInputByRows = readsInputByRows
        self.passes = passes
        self.gradientBytes = gradientBytes
        self.residualBytes = residualBytes
    }

    /// Bytes beside each trained weight, of a residual or an accumulator.
    package var bytesBesideWeight: Int { accumulates ? 2 : residualBytes }

    package func has(_ pass: Pass) -> Bool { passes.contains(pass) }

    /// The same without some passes.
    package func without(_ removed: Pass...) -> PassOptions {
        var options = self
        options.passes.subtract(removed)
        return options
    }
}
