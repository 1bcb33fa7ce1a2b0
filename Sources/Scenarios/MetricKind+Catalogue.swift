// SPDX-License-Identifier: GPL-2.0-or-later
import RunModel

extension MetricKind {
    private static func bytes(
        _ name: String, _ summary: String, _ path: @escaping @Sendable (RunRecord) -> UInt64
    ) -> MetricKind {
        MetricKind(name, .bytes, summary) { record, _ in .value(Double(path(record))) }
    }

    static let memory: [MetricKind] = [
        bytes("flash.used", "from the lowest to the highest byte programmed") {
            $0.flash.usedBytes
        },
        bytes("flash.loaded", "the same without gaps") { $0.flash.loadedBytes },
        bytes("sram.peak", "the most of static, stack and heap at one time") { $0.sram.peakBytes },
        bytes("sram.static", ".data, .bss and other allocated sections") { $0.sram.staticBytes },
        bytes("sram.stack", "deepest main and process stack") { $0.sram.stackPeakBytes },
        bytes("sram.heap", "highest end of the heap") { $0.sram.heapPeakBytes },
        bytes("sram.touched", "bytes written at least once") { $0.sram.touchedBytes },
    ]

    private static func step(
        _ name: String, _ unit: FigureUnit, _ summary: String,
        _ figure: @escaping @Sendable (StepStatistics) -> Figure
    ) -> MetricKind {
        MetricKind(name, unit, summary) { record, _ in
            StepStatistics(record.steps).map(figure) ?? .missing("the run has no training steps")
        }
    }

    private static func phase(
        _ name: String, _ unit: FigureUnit, _ summary: String,
        _ figure: @escaping @Sendable ([PhaseRecord], StepStatistics.Phase) -> Figure
    ) -> MetricKind {
        MetricKind(name, unit, summary) { record, name in
            let phases = StepStatistics(record.steps)?.phases ?? []
            guard let phase = phases.first(where: { $0.name == name }) else {
                return .unknown("phase", name, among: phases.map(\.name))
            }
            return figure(record.steps.flatMap(\.phases).filter { $0.name == name }, phase)
        }
    }

    static let steps: [MetricKind] = [
        step("step.cycles.mean", .cycles, "of a training step, mean") { .mean($0.cycles.mean) },
        step("step.cycles.max", .cycles, "of the longest step") {
            .value(Double($0.cycles.maximum))
        },
        step("step.instructions.mean", .instructions, "of a training step, mean") {
            .mean($0.instructions.mean)
        },
        step("step.instructions.max", .instructions, "of the step with the most") {
            .value(Double($0.instructions.maximum))
        },
        step("step.sram_peak.max", .bytes, "the most SRAM in use within steps") {
            .value(Double($0.sramPeakBytes))
        },
        phase("phase.NAME.cycles.mean", .cycles, "of a phase, mean over all steps") {
            .mean($1.meanCycles)
        },
        phase("phase.NAME.cycles.max", .cycles, "of a phase in the step where it takes longest") {
            passages, _ in .value(Double(passages.map(\.cycles).max() ?? 0))
        },
        phase("phase.NAME.instructions.mean", .instructions, "of a phase, mean over all steps") {
            .mean($1.meanInstructions)
        },
    ]

    private static func region(
        _ name: String, _ unit: FigureUnit, _ summary: String,
        _ figure: @escaping @Sendable (StepStatistics.Spread) -> Figure,
        _ path: @escaping @Sendable (RegionRecord) -> UInt64
    ) -> MetricKind {
        MetricKind(name, unit, summary) { record, name in
            let passages = record.regions.filter { $0.name == name }
            guard let spread = StepStatistics.Spread(passages.map(path)) else {
                var names: [String] = []
                for region in record.regions where !names.contains(region.name) {
                    names.append(region.name)
                }
                return .unknown("region", name, among: names)
            }
            return figure(spread)
        }
    }

    static let regions: [MetricKind] = [
        region("region.NAME.cycles.mean", .cycles, "of a passage through a region, mean") {
            .mean($0.mean)
        } _: {
            $0.cycles
        },
        region("region.NAME.cycles.max", .cycles, "of the longest passage") {
            .value(Double($0.maximum))
        } _: {
            $0.cycles
        },
        region("region.NAME.instructions.mean", .instructions, "of a passage, mean") {
            .mean($0.mean)
        } _: {
            $0.instructions
        },
        MetricKind("total.cycles", .cycles, "of the whole run, without sleep") { record, _ in
            .value(Double(record.total.cycles))
        },
        MetricKind("total.instructions", .instructions, "of the whole run") { record, _ in
            .value(Double(record.total.instructions))
        },
    ]

    private static func loss(
        _ name: String, _ summary: String, _ value: @escaping @Sendable ([Float]) -> Double?
    ) -> MetricKind {
        MetricKind(name, .number, summary) { record, _ in
            guard let value = value(record.steps.compactMap(\.loss)) else {
                return .missing("the firmware reported no loss")
            }
            return .value((value * 1e6).rounded() / 1e6)
        }
    }

    static let learning: [MetricKind] = [
        loss("loss.first", "mean over the first steps: a quarter of all, at most 20") {
            LossTrend($0)?.first
        },
        loss("loss.last", "mean over the last steps: a quarter of all, at most 20") {
            LossTrend($0)?.last
        },
        loss("loss.mean", "mean over all steps") { losses in
            losses.isEmpty ? nil : losses.reduce(0.0) { $0 + Double($1) } / Double(losses.count)
        },
        MetricKind(
            "metric.NAME", .number, "what the firmware reported under this name, last",
            lessIsBetter: false
        ) { record, name in
            guard let metric = record.metrics.last(where: { $0.name == name }) else {
                var names: [String] = []
                for metric in record.metrics where !names.contains(metric.name) {
                    names.append(metric.name)
                }
                return .unknown("metric", name, among: names)
            }
            // As the record prints it: 0.83, not 0.8299999833106995.
            return .value(Double("\(metric.value)") ?? Double(metric.value))
        },
    ]

    private static func function(
        _ name: String, _ unit: FigureUnit, _ summary: String,
        _ path: @escaping @Sendable (FunctionRecord) -> UInt64
    ) -> MetricKind {
        MetricKind(name, unit, summary) { record, name in
            guard let functions = record.functions else {
                return .missing("the run was not profiled")
            }
            guard let function = functions.first(where: { $0.name == name }) else {
                return .unknown("function", name, among: functions.map(\.name))
            }
            return .value(Double(path(function)))
        }
    }

    /// What makes `kinglet test` profile a run.
    static let functions: [MetricKind] = [
        function("function.NAME.cycles", .cycles, "of the whole run, with what it called") {
            $0.totalCycles
        },
        function("function.NAME.self_cycles", .cycles, "of its own instructions") {
            $0.selfCycles
        },
        function("function.NAME.calls", .calls, "how often it was entered") { $0.calls },
    ]

    /// Parts of the image, largest first in records.
    static let parts: [MetricKind] = [
        MetricKind("symbol.NAME.bytes", .bytes, "of a function or static object") { record, name in
            let symbols = record.symbols ?? []
            let found = symbols.filter { $0.name == name }
            // A variable with an initial value is in flash and in SRAM: the larger is its size.
            let sizes = SymbolRecord.Memory.allCases.map { memory in
                found.filter { $0.memory == memory }.reduce(0.0) { $0 + Double($1.bytes) }
            }
            guard !found.isEmpty, let size = sizes.max() else {
                return .unknown("symbol", name, among: symbols.map(\.name))
            }
            return .value(size)
        },
        MetricKind("buffer.NAME.bytes", .bytes, "of a buffer in the training arena") {
            record, name in
            let buffers = record.arena?.buffers ?? []
            let found = buffers.filter { $0.name == name }
            guard !found.isEmpty else {
                return .unknown("buffer", name, among: buffers.map(\.name))
            }
            return .value(found.reduce(0.0) { $0 + Double($1.bytes) })
        },
    ]
}
