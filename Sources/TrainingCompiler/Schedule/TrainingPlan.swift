// SPDX-License-Identifier: GPL-2.0-or-later
package import MemoryPlanner
package import TensorGraph

/// A compiled training step: what runs when, and where its buffers stand.
package struct TrainingPlan: Sendable {
    package let schedule: TrainingSchedule
    package let arena: ArenaPlan

    package var state: TrainedState { schedule.trainedState }
    /// Arena and trained parameters.
    package var totalBytes: Int { arena.arenaBytes + state.totalBytes }

    /// Where each buffer stands, whatever it is called: bytes from the arena's start.
    package var offsets: [TrainingBuffer: Int] {
        Dictionary(zip(schedule.buffers, arena.offsets)) { first, _ in first }
    }

    /// Compiles a scheme for a graph.
    ///
    /// Blocks take the largest tiles that do not raise the peak: fewer calls at no cost.
    /// - Parameter tiles: sizes of tiles, where they are not to be chosen.
    package init(
        _ graph: Graph, scheme: ResolvedScheme, options: PassOptions = PassOptions(),
        tiles: TileSizes? = nil, planner: ArenaPlanner = ArenaPlanner()
    ) throws(TrainingError) {
        let program = try BackwardProgram(graph, scheme: scheme, options: options)
        do {
            if let tiles {
                schedule = TrainingSchedule(program, options: options, tiles: tiles)
            } else {
                schedule = try Self.schedule(program, options)
            }
            arena = planner.plan(try schedule.arenaProblem())
        } catch {
            throw .memory(error)
        }
    }

    private static func schedule(
        _ program: BackwardProgram, _ options: PassOptions
    ) throws(PlanningError) -> TrainingSchedule {
        let graph = program.graph
        var tiles = TileSizes()
        var schedule = TrainingSchedule(program, options: options)
        var bound = LowerBound(try schedule.arenaProblem()).bytes
        // Some blocks take more scratch memory in tiles than their gradients would.
        let blocks = schedule.tiledBlocks
        var whole = TileSizes()
        for block in blocks {
            whole.channels[block.projection] = block.channelCount(in: graph)
        }
        let untiled = TrainingSchedule(program, options: options, tiles: whole)
        let untiledBound = LowerBound(try untiled.arenaProblem()).bytes
        if untiledBound <= bound { (schedule, tiles, bound) = (untiled, whole, untiledBound) }
        /// Takes the first choice that does not raise the peak.
        func enlarge(
            _ key: WritableKeyPath<TileSizes, [Int: Int]>, _ node: Int, _ choices: [Int]
        ) throws(PlanningError) {
            for size in choices {
                var larger = tiles
                larger[keyPath: key][node] = size
                let candidate = TrainingSchedule(program, options: options, tiles: larger)
                guard LowerBound(try candidate.arenaProblem()).bytes <= bound else { continue }
                tiles = larger
                schedule = candidate
                return
            }
        }
        for block in schedule.streamedBlocks {
            let height = graph.outputShape(of: graph.nodes[block.last]).height
            try enlarge(
                \.rows, block.expansion, TileSizes.rowChoices.filter { $0 <= height })
        }
        for block in schedule.tiledBlocks {
            let choices = TileSizes.channelChoices(of: block.channelCount(in: graph)).dropLast()
            try enlarge(\.channels, block.projection, Array(choices))
        }
        return schedule
    }
}
