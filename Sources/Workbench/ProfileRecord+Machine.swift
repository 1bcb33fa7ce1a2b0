// SPDX-License-Identifier: GPL-2.0-or-later
import CortexM
import FirmwareImage
import RunModel

extension ProfileRecord {
    /// - Parameter run: the record of the same run.
    init(_ profile: ProfileMeasurement, run: RunRecord, lines: LineTable, warnings: [String]) {
        let tree = ProfileTree(profile)
        let order = tree.functionOrder
        let position = Dictionary(uniqueKeysWithValues: order.enumerated().map { ($1, $0) })
        func index(_ function: Int) -> Int { position[function] ?? 0 }
        let names = ProfileTree.uniqueNames(profile.functions)
        let places = SourceCycles(profile, lines)
        self.init(
            kingletVersion: run.kingletVersion, name: run.name, board: run.board,
            clockHz: run.clockHz, image: run.image, arguments: run.arguments,
            outcome: run.outcome, totalCycles: run.total.cycles, phases: profile.phases,
            functions: order.map { function in
                let address = profile.functions[function].address
                let place = address.flatMap { lines.place(at: $0) }
                let whole = tree.whole[function] ?? .init()
                return ProfileFunctionRecord(
                    name: names[function], address: address.map { HexText.word($0) },
                    file: place?.file, line: place?.line, selfCycles: whole.own,
                    totalCycles: whole.total, calls: tree.calls[function],
                    phases: profile.phases.indices.compactMap { phase in
                        guard let part = tree.byPhase[phase][function], part.total > 0 else {
                            return nil
                        }
                        return ProfileShareRecord(
                            phase: profile.phases[phase], selfCycles: part.own,
                            totalCycles: part.total)
                    })
            },
            nodes: tree.nodes.map {
                ProfileNodeRecord(
                    function: index($0.function), parent: $0.parent, calls: $0.calls,
                    cycles: $0.cycles)
            },
            lines: places.lines.map {
                ProfileLineRecord(
                    file: $0.place.file, line: $0.place.line, function: index($0.function),
                    cycles: $0.cycles)
            }, cyclesWithoutLine: places.cyclesElsewhere,
            steps: profile.steps.map { Self.step($0, profile, tree, index) },
            fidelity: run.fidelity,
            // The run's record has them all already.
            warnings: run.warnings + profile.warnings + warnings)
    }

    private static func step(
        _ step: ProfileMeasurement.Step, _ profile: ProfileMeasurement, _ tree: ProfileTree,
        _ index: (Int) -> Int
    ) -> ProfileStepRecord {
        let phases = profile.phases.indices.compactMap { phase -> ProfileStepRecord.Phase? in
            let shares = step.shares.filter { $0.phase == phase }
            guard !shares.isEmpty else { return nil }
            let sums = tree.sums(shares.map { ($0.node, $0.cycles) })
            let functions = sums.map {
                ProfileStepRecord.Function(
                    function: index($0.key), selfCycles: $0.value.own,
                    totalCycles: $0.value.total)
            }.sorted { ($1.selfCycles, $0.function) < ($0.selfCycles, $1.function) }
            return ProfileStepRecord.Phase(
                name: profile.phases[phase], cycles: shares.reduce(0) { $0 + $1.cycles },
                functions: functions)
        }
        return ProfileStepRecord(
            index: step.index, cycles: phases.reduce(0) { $0 + $1.cycles }, phases: phases)
    }
}

/// The cycles of instructions, summed by source line.
private struct SourceCycles {
    struct Key: Hashable {
        var place: LineTable.Place
        var function: Int
    }

    var lines: [(place: LineTable.Place, function: Int, cycles: UInt64)]
    var cyclesElsewhere: UInt64

    init(_ profile: ProfileMeasurement, _ table: LineTable) {
        var sums: [Key: UInt64] = [:]
        cyclesElsewhere = profile.exceptionCycles
        for instruction in profile.instructions where instruction.cycles > 0 {
            if let place = table.place(at: instruction.address) {
                sums[Key(place: place, function: instruction.function), default: 0] +=
                    instruction.cycles
            } else {
                cyclesElsewhere += instruction.cycles
            }
        }
        lines = sums.map { ($0.key.place, $0.key.function, $0.value) }.sorted {
            ($0.place.file, $0.place.line, $0.function)
                < ($1.place.file, $1.place.line, $1.function)
        }
    }
}
