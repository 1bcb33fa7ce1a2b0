// SPDX-License-Identifier: GPL-2.0-or-later

/// What a run takes from the chip's supply, by the currents of the board's file; `docs/energy.md` has the method.
public struct EnergyRecord: Codable, Sendable, Equatable {
    /// `estimated`: a datasheet's typical currents times the modelled time.
    public var basis: String
    /// Which of the board's currents were taken, and how the clock chose them: one sentence.
    public var mode: String
    /// Of the chip's supply.
    public var supplyVolts: Double
    /// While the core executes.
    public var runMilliamperes: Double
    /// While it sleeps in WFI or WFE; absent where the board's file has none, and sleep counts as running.
    public var sleepMilliamperes: Double?
    /// The whole run, sleep included.
    public var totalJoules: Double
    /// What of it was spent asleep.
    public var sleepJoules: Double
    /// Of a training step, mean, without sleep; absent without steps.
    public var stepMeanJoules: Double?
    /// Of a step's phases, means over all steps; what is outside phases is the rest of `stepMeanJoules`.
    public var phases: [Phase]
    /// What `stepsPerCharge` counts on; absent where neither the board nor the command line has one.
    public var battery: Battery?
    /// Training steps that one charge of the battery pays for, at `stepMeanJoules` each; absent without
    /// steps or battery.
    public var stepsPerCharge: Double?
    /// Where each current comes from, as the board's file says it.
    public var sources: [String]

    /// Creates the record from its parts.
    public init(
        basis: String = "estimated", mode: String, supplyVolts: Double, runMilliamperes: Double,
        sleepMilliamperes: Double? = nil, totalJoules: Double, sleepJoules: Double = 0,
        stepMeanJoules: Double? = nil, phases: [Phase] = [], battery: Battery? = nil,
        stepsPerCharge: Double? = nil, sources: [String] = []
    ) {
        self.basis = basis
        self.mode = mode
        self.supplyVolts = supplyVolts
        self.runMilliamperes = runMilliamperes
        self.sleepMilliamperes = sleepMilliamperes
        self.totalJoules = totalJoules
        self.sleepJoules = sleepJoules
        self.stepMeanJoules = stepMeanJoules
        self.phases = phases
        self.battery = battery
        self.stepsPerCharge = stepsPerCharge
        self.sources = sources
    }

    enum CodingKeys: String, CodingKey {
        case basis
        case mode
        case supplyVolts = "supply_volts"
        case runMilliamperes = "run_milliamperes"
        case sleepMilliamperes = "sleep_milliamperes"
        case totalJoules = "total_joules"
        case sleepJoules = "sleep_joules"
        case stepMeanJoules = "step_mean_joules"
        case phases
        case battery
        case stepsPerCharge = "steps_per_charge"
        case sources
    }

    /// A phase of the training steps.
    public struct Phase: Codable, Sendable, Equatable {
        /// As in the steps' `phases`.
        public var name: String
        /// Mean over all steps, those without the phase included.
        public var stepMeanJoules: Double

        /// Creates the record from its parts.
        public init(name: String, stepMeanJoules: Double) {
            self.name = name
            self.stepMeanJoules = stepMeanJoules
        }

        enum CodingKeys: String, CodingKey {
            case name
            case stepMeanJoules = "step_mean_joules"
        }
    }

    /// A battery, new or freshly charged.
    public struct Battery: Codable, Sendable, Equatable {
        /// For example `CR2032`.
        public var name: String
        /// Nominal.
        public var milliampereHours: Double
        /// Nominal.
        public var volts: Double

        /// Creates the record from its parts.
        public init(name: String, milliampereHours: Double, volts: Double) {
            self.name = name
            self.milliampereHours = milliampereHours
            self.volts = volts
        }

        /// What it holds: charge × voltage.
        public var joules: Double { milliampereHours * 3.6 * volts }

        enum CodingKeys: String, CodingKey {
            case name
            case milliampereHours = "milliampere_hours"
            case volts
        }
    }
}
