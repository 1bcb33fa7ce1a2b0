// SPDX-License-Identifier: GPL-2.0-or-later
import RunModel

extension ProfileRecord {
    /// A run of two phases with a thread, an interrupt, a recursion and code without a symbol.
    static var sample: ProfileRecord {
        let run = RunRecord.training(name: "sparse", cycles: 800)
        func function(
            _ name: String, _ own: UInt64, _ total: UInt64, calls: UInt64, forward: UInt64 = 0,
            place: Int? = nil
        ) -> ProfileFunctionRecord {
            ProfileFunctionRecord(
                name: name, address: place.map { "0x0000010\($0 % 10)" },
                file: place.map { _ in "src/net.c" }, line: place, selfCycles: own,
                totalCycles: total, calls: calls,
                phases: [
                    ProfileShareRecord(
                        phase: "outside steps", selfCycles: own - forward,
                        totalCycles: total - forward)
                ]
                    + (forward == 0
                        ? []
                        : [
                            ProfileShareRecord(
                                phase: "forward", selfCycles: forward, totalCycles: forward)
                        ]))
        }
        func node(_ function: Int, _ parent: Int?, _ calls: UInt64, _ cycles: [UInt64])
            -> ProfileNodeRecord
        {
            ProfileNodeRecord(function: function, parent: parent, calls: calls, cycles: cycles)
        }
        return ProfileRecord(
            kingletVersion: "0.1.0", name: "sparse", board: "nrf52840", clockHz: 64_000_000,
            image: run.image, arguments: "steps=1", outcome: run.outcome, totalCycles: 10_000,
            phases: ["outside steps", "forward"],
            functions: [
                function("conv<int; 3>", 6_500, 6_500, calls: 40, forward: 6_000, place: 12),
                function("walk", 1_400, 1_900, calls: 3, place: 30),
                function("main", 800, 9_200, calls: 1, place: 41),
                function("[unknown]", 500, 500, calls: 0),
                function("[SysTick]", 440, 800, calls: 20),
                function("tick & tock", 360, 360, calls: 20, place: 55),
            ],
            nodes: [
                node(2, nil, 1, [800, 0]), node(0, 0, 40, [500, 6_000]), node(1, 0, 1, [700, 0]),
                node(1, 2, 1, [500, 0]), node(1, 3, 1, [200, 0]), node(3, 4, 0, [499, 0]),
                node(3, 0, 0, [1, 0]), node(4, nil, 20, [440, 0]), node(5, 7, 20, [360, 0]),
            ],
            lines: [
                ProfileLineRecord(file: "src/net.c", line: 12, function: 0, cycles: 1_500),
                ProfileLineRecord(file: "src/net.c", line: 14, function: 0, cycles: 5_000),
                ProfileLineRecord(file: "src/walk.c", line: 30, function: 1, cycles: 1_400),
            ], cyclesWithoutLine: 2_100,
            steps: [
                ProfileStepRecord(
                    index: 0, cycles: 6_000,
                    phases: [
                        ProfileStepRecord.Phase(
                            name: "forward", cycles: 6_000,
                            functions: [
                                ProfileStepRecord.Function(
                                    function: 0, selfCycles: 6_000, totalCycles: 6_000)
                            ])
                    ])
            ], fidelity: RunRecord.sampleFidelity, warnings: ["a warning"])
    }
}
