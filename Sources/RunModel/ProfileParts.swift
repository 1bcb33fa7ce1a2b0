// SPDX-License-Identifier: GPL-2.0-or-later

/// Cycles of one function over the whole run.
public struct ProfileFunctionRecord: Codable, Sendable, Equatable {
    /// The symbol; with its address where several functions have the name. `[unknown]` for code without a
    /// symbol, and `[SysTick]`, `[interrupt 5]` for what stands above an exception's handlers.
    public var name: String
    /// First byte; absent for what is no function of the image.
    public var address: String?
    /// Source file of the first instruction, where the image tells it.
    public var file: String?
    /// Its line there.
    public var line: Int?
    /// Cycles of its own instructions.
    public var selfCycles: UInt64
    /// The same with everything that it called. Interrupts count under themselves alone.
    public var totalCycles: UInt64
    /// How often it was entered, tail calls included.
    public var calls: UInt64
    /// The phases in which it had cycles.
    public var phases: [ProfileShareRecord]

    /// Creates the record from its parts.
    public init(
        name: String, address: String? = nil, file: String? = nil, line: Int? = nil,
        selfCycles: UInt64, totalCycles: UInt64, calls: UInt64, phases: [ProfileShareRecord] = []
    ) {
        self.name = name
        self.address = address
        self.file = file
        self.line = line
        self.selfCycles = selfCycles
        self.totalCycles = totalCycles
        self.calls = calls
        self.phases = phases
    }

    enum CodingKeys: String, CodingKey {
        case name
        case address
        case file
        case line
        case selfCycles = "self_cycles"
        case totalCycles = "total_cycles"
        case calls
        case phases
    }
}

/// A function's cycles in one phase.
public struct ProfileShareRecord: Codable, Sendable, Equatable {
    /// A name of `ProfileRecord.phases`.
    public var phase: String
    /// Cycles of its own instructions.
    public var selfCycles: UInt64
    /// The same with everything that it called.
    public var totalCycles: UInt64

    /// Creates the record from its parts.
    public init(phase: String, selfCycles: UInt64, totalCycles: UInt64) {
        self.phase = phase
        self.selfCycles = selfCycles
        self.totalCycles = totalCycles
    }

    enum CodingKeys: String, CodingKey {
        case phase
        case selfCycles = "self_cycles"
        case totalCycles = "total_cycles"
    }
}

/// A way of calls from a root (the reset handler, a thread, an exception) to a function.
public struct ProfileNodeRecord: Codable, Sendable, Equatable {
    /// Index into `ProfileRecord.functions`.
    public var function: Int
    /// Index of the caller's node, a smaller one; absent for a root.
    public var parent: Int?
    /// How often the function was entered this way.
    public var calls: UInt64
    /// Cycles of the function's own instructions, for each of `ProfileRecord.phases`.
    public var cycles: [UInt64]

    /// Creates the record from its parts.
    public init(function: Int, parent: Int?, calls: UInt64, cycles: [UInt64]) {
        self.function = function
        self.parent = parent
        self.calls = calls
        self.cycles = cycles
    }
}

/// Cycles of one source line within one function.
public struct ProfileLineRecord: Codable, Sendable, Equatable {
    /// As the compiler was given it.
    public var file: String
    /// Counts from 1.
    public var line: Int
    /// Index into `ProfileRecord.functions`: where a line was inlined it has several records.
    public var function: Int
    /// Cycles of its instructions.
    public var cycles: UInt64

    /// Creates the record from its parts.
    public init(file: String, line: Int, function: Int, cycles: UInt64) {
        self.file = file
        self.line = line
        self.function = function
        self.cycles = cycles
    }
}

/// Where the cycles of one training step went.
public struct ProfileStepRecord: Codable, Sendable, Equatable {
    /// One phase of the step.
    public struct Phase: Codable, Sendable, Equatable {
        /// A name of `ProfileRecord.phases`.
        public var name: String
        /// All its passages in the step.
        public var cycles: UInt64
        /// Functions that had cycles in it, by cycles of their own.
        public var functions: [Function]

        /// Creates the record from its parts.
        public init(name: String, cycles: UInt64, functions: [Function]) {
            self.name = name
            self.cycles = cycles
            self.functions = functions
        }
    }

    /// A function's part of the phase.
    public struct Function: Codable, Sendable, Equatable {
        /// Index into `ProfileRecord.functions`.
        public var function: Int
        /// Cycles of its own instructions.
        public var selfCycles: UInt64
        /// The same with everything that it called.
        public var totalCycles: UInt64

        /// Creates the record from its parts.
        public init(function: Int, selfCycles: UInt64, totalCycles: UInt64) {
            self.function = function
            self.selfCycles = selfCycles
            self.totalCycles = totalCycles
        }

        enum CodingKeys: String, CodingKey {
            case function
            case selfCycles = "self_cycles"
            case totalCycles = "total_cycles"
        }
    }

    /// As in the run record.
    public var index: Int
    /// From the step's begin to its end.
    public var cycles: UInt64
    /// In the order of `ProfileRecord.phases`.
    public var phases: [Phase]

    /// Creates the record from its parts.
    public init(index: Int, cycles: UInt64, phases: [Phase]) {
        self.index = index
        self.cycles = cycles
        self.phases = phases
    }
}
