// SPDX-License-Identifier: GPL-2.0-or-later
package import FirmwareImage
package import Timing

/// Everything that decides a run. Two equal configurations give equal results, byte for byte.
package struct MachineConfiguration: Sendable {
    package var board: Board
    package var image: FirmwareImage
    /// How cycles that depend on addresses and operands are found.
    package var timingMode = TimingMode.fast
    /// What SYS_GET_CMDLINE returns.
    package var commandLine: String
    /// The one folder that semihosting may open files in (absolute path); nil forbids every file.
    package var filesDirectory: String?
    /// Stops the run with `.cycleLimit` at the first block boundary at or after this many cycles.
    package var maxCycles: UInt64?
    /// Host seconds after which the run stops with `.timeout`: a net, not part of the determinism promise.
    package var timeoutSeconds: Double?
    /// System resets that the firmware may request; one more ends the run with `.resetLimit`.
    package var mostResets: UInt64
    /// Resets the chip once, as its pin would, at the first block boundary at or after this many cycles.
    package var resetAtCycle: UInt64?
    /// What the board's flash memories hold before the image is loaded, in the board's order.
    package var initialFlash: [UInt8]?
    /// Asks for `MachineResult.flash`.
    package var keepsFlash: Bool
    /// Symbol names (or 0x addresses) whose call is one step each, for images without markers.
    package var stepSymbol: String?
    package var regions: [RegionRequest]
    /// Places in the code at which operations of a step begin: asks for `MachineResult.operations`.
    package var operationStarts: [UInt32: Int]
    /// Stops the run with `.untilReached` when this symbol is about to execute.
    package var untilSymbol: String?
    /// Asks for `MachineResult.profile`; everything else stays the same.
    package var profiles: Bool
    /// What becomes of what the board's UARTs send.
    package var serial = SerialOutput.console
    /// The firmware's console (semihosting, ITM port 0, UARTs), as it arrives.
    package var console: (@Sendable ([UInt8]) -> Void)?
    /// Called from the run about every 20 million cycles; for progress lines.
    package var progress: (@Sendable (RunProgress) -> Void)?

    package static let usualMostResets: UInt64 = 8

    package init(board: Board, image: FirmwareImage) {
        self.board = board
        self.image = image
        commandLine = ""
        filesDirectory = nil
        maxCycles = nil
        timeoutSeconds = nil
        mostResets = Self.usualMostResets
        resetAtCycle = nil
        initialFlash = nil
        keepsFlash = false
        stepSymbol = nil
        regions = []
        operationStarts = [:]
        untilSymbol = nil
        profiles = false
        console = nil
        progress = nil
    }
}

/// `--region FROM..TO`: from the moment FROM is about to execute to the moment TO is.
package struct RegionRequest: Sendable, Equatable {
    package var name: String
    package var from: String
    package var to: String
    package init(name: String, from: String, to: String) {
        self.name = name
        self.from = from
        self.to = to
    }
}

package struct RunProgress: Sendable {
    package var cycles: UInt64
    package var step: Int?
    package var phase: String?
    package init(cycles: UInt64, step: Int?, phase: String?) {
        self.cycles = cycles
        self.step = step
        self.phase = phase
    }
}
