// SPDX-License-Identifier: GPL-2.0-or-later

/// Steps, phases, losses and metrics from the markers that firmware writes to ITM stimulus ports.
///
/// Ports: 24 and 25 step begin and end, 26 and 27 phase begin and end, 28 names, 29 loss, 30 metric.
/// A phase inside another suspends the outer one: counts are exclusive. Markers that do not fit
/// together cost a warning each kind, never the run.
struct MarkerRecorder {
    private struct OpenStep {
        var index: Int
        var start: Counters
        var loss: Float?
        /// Sums per phase name, in order of first appearance.
        var phases: [(name: String, counters: Counters)] = []
    }

    private(set) var steps: [StepMeasurement] = []
    /// How many steps have begun, whether they ended or not.
    private(set) var begunSteps = 0
    private(set) var metrics: [MetricMeasurement] = []
    private(set) var warnings = WarningLog()
    private var names: [UInt32: String] = [
        1: "forward", 2: "backward", 3: "update", 4: "input", 5: "evaluation",
    ]
    private var pendingName: [UInt8] = []
    private var openStep: OpenStep?
    private var openPhases: [UInt32] = []
    private var phaseResumed = Counters()
    private(set) var operations = OperationLedger()

    static let longestNameBytes = 128
    static let deepestPhases = 64

    var currentStep: Int? { openStep?.index }
    var currentPhase: String? { openPhases.last.map(name(of:)) }

    private func name(of id: UInt32) -> String { names[id] ?? "phase-\(id)" }

    /// What a marker did to the step, for the memory ledger.
    enum Event { case none, stepBegan, stepEnded }

    /// One write to a stimulus port above 23.
    ///
    /// - Parameter peak: The SRAM peak of the step that ends with this marker, in bytes.
    mutating func write(
        port: Int, value: UInt32, size: Int, at now: Counters, peak: () -> UInt64
    ) -> Event {
        switch port {
        case 24:
            beginStep(Int(value), at: now)
            return .stepBegan
        case 25: return endStep(Int(value), at: now, peak: peak()) ? .stepEnded : .none
        case 26: beginPhase(value, at: now)
        case 27: endPhase(value, at: now)
        case 28: defineName(value, size: size)
        case 29:
            if openStep == nil { warnings.add("a loss was written outside every step") }
            openStep?.loss = Float(bitPattern: value)
        case 30:
            let name = takePendingName()
            if name.isEmpty { warnings.add("a metric without a name was dropped") }
            if !name.isEmpty {
                metrics.append(MetricMeasurement(name: name, value: Float(bitPattern: value)))
            }
        default: warnings.add("writes to ITM stimulus port \(port), which has no meaning here")
        }
        return .none
    }

    mutating func beginStep(_ index: Int, at now: Counters) {
        if let open = openStep {
            warnings.add("step \(open.index) had not ended when step \(index) began; dropped")
        }
        begunSteps += 1
        openStep = OpenStep(index: index, start: now)
        operations.beginStep()
        phaseResumed = now
    }

    /// False when no step was open.
    mutating func endStep(_ index: Int?, at now: Counters, peak: UInt64) -> Bool {
        guard openStep != nil else {
            warnings.add("step \(index ?? 0) ended without having begun")
            return false
        }
        accrue(at: now)
        guard let open = openStep else { return false }
        if let index, open.index != index {
            warnings.add("step \(open.index) was ended by a marker for step \(index)")
        }
        if !openPhases.isEmpty {
            warnings.add("phase \(name(of: openPhases[0])) was still open when its step ended")
            openPhases.removeAll()
        }
        steps.append(
            StepMeasurement(
                index: open.index, counters: now - open.start, sramPeakBytes: peak,
                phases: open.phases.map { PhaseMeasurement(name: $0.name, counters: $0.counters) },
                loss: open.loss))
        openStep = nil
        operations.endStep()
        return true
    }

    /// What follows is this operation's, until another begins or the last phase ends.
    mutating func beginOperation(_ operation: Int, at now: Counters) {
        accrue(at: now)
        operations.current = operation
    }

    /// Notes what the run's end leaves open.
    mutating func finish() {
        if let open = openStep {
            warnings.add("step \(open.index) had not ended when the run did; dropped")
        }
    }

    /// The program starts over: what is open will never end.
    mutating func interrupt(by event: String) {
        if let open = openStep {
            warnings.add("step \(open.index) was interrupted by \(event); dropped")
        }
        openStep = nil
        openPhases = []
        pendingName = []
    }

    private mutating func beginPhase(_ id: UInt32, at now: Counters) {
        accrue(at: now)
        guard openPhases.count < Self.deepestPhases else {
            warnings.add("phases nested more than \(Self.deepestPhases) deep; dropped")
            return
        }
        if names[id] == nil { warnings.add("phase \(id) was never named") }
        openPhases.append(id)
    }

    private mutating func endPhase(_ id: UInt32, at now: Counters) {
        accrue(at: now)
        guard let position = openPhases.lastIndex(of: id) else {
            warnings.add("phase \(name(of: id)) ended without having begun")
            return
        }
        if position != openPhases.count - 1 {
            warnings.add(
                "phase \(name(of: id)) ended while \(name(of: openPhases[position + 1])) was open")
        }
        openPhases.removeSubrange(position...)
        if openPhases.isEmpty { operations.current = nil }
    }

    /// Gives the time since the last phase marker to the innermost phase.
    private mutating func accrue(at now: Counters) {
        defer { phaseResumed = now }
        guard let id = openPhases.last, var step = openStep else { return }
        let spent = now - phaseResumed
        let phase = name(of: id)
        operations.add(spent, in: phase)
        if let index = step.phases.firstIndex(where: { $0.name == phase }) {
            step.phases[index].counters = step.phases[index].counters + spent
        } else {
            step.phases.append((phase, spent))
        }
        openStep = step
    }

    private mutating func defineName(_ value: UInt32, size: Int) {
        if size == 4 {
            let name = takePendingName()
            if name.isEmpty {
                warnings.add("phase \(value) was given an empty name")
            } else {
                names[value] = name
            }
        } else if pendingName.count < Self.longestNameBytes {
            pendingName.append(UInt8(truncatingIfNeeded: value))
        } else {
            warnings.add("a name longer than \(Self.longestNameBytes) bytes was cut")
        }
    }

    private mutating func takePendingName() -> String {
        defer { pendingName.removeAll() }
        return String(decoding: pendingName.filter { $0 >= 0x20 && $0 != 0x7F }, as: UTF8.self)
    }
}

/// Warnings in order of first appearance, each text once, with a ceiling.
struct WarningLog {
    static let most = 100
    private(set) var texts: [String] = []
    private var known: Set<String> = []
    private var dropped = 0

    mutating func add(_ text: String) {
        guard known.count < Self.most else {
            if !known.contains(text) { dropped += 1 }
            return
        }
        if known.insert(text).inserted { texts.append(text) }
    }

    var all: [String] {
        dropped == 0 ? texts : texts + ["\(dropped) further warnings were dropped"]
    }
}
