// SPDX-License-Identifier: GPL-2.0-or-later

/// How the run ended.
public struct OutcomeRecord: Codable, Sendable, Equatable {
    /// What ended it.
    public var reason: Reason
    /// What `kinglet run` exits with: 0 pass, 1 failed, 3 fault, 42 limit.
    public var exitCode: Int
    /// The code that the firmware passed to its exit; absent unless it exited.
    public var firmwareExitCode: UInt32?
    /// `flash` or `sram`, where the run needed more than the board has.
    public var exceededLimits: [String]

    /// Creates the record from its parts.
    public init(
        reason: Reason, exitCode: Int, firmwareExitCode: UInt32? = nil,
        exceededLimits: [String] = []
    ) {
        self.reason = reason
        self.exitCode = exitCode
        self.firmwareExitCode = firmwareExitCode
        self.exceededLimits = exceededLimits
    }

    enum CodingKeys: String, CodingKey {
        case reason
        case exitCode = "exit_code"
        case firmwareExitCode = "firmware_exit_code"
        case exceededLimits = "exceeded_limits"
    }

    /// What ended a run.
    public enum Reason: String, Codable, Sendable, CaseIterable {
        /// Semihosting SYS_EXIT or SYS_EXIT_EXTENDED.
        case exited
        /// The firmware sent EOT (4) on a UART that is its console.
        case transmissionEnded = "transmission_ended"
        /// `--max-cycles` was reached.
        case cycleLimit = "cycle_limit"
        /// `--timeout` was reached; the only outcome that depends on the host.
        case timeout
        /// `--until` was reached.
        case untilReached = "until_reached"
        /// WFI or WFE with nothing that could ever wake the core.
        case sleepsForever = "sleeps_forever"
        /// One more system reset was requested than `--max-resets` allows.
        case resetLimit = "reset_limit"
        /// A fault without a handler; see `RunRecord.fault`.
        case faulted
    }
}
