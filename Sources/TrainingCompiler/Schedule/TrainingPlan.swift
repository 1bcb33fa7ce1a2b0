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

    /// Output rows a tile that streamed blocks try, largest first.
    private static let tileChoices = [8, 4, 2]

    /// Compiles a scheme for a graph.
    ///
    /// Streamed blocks take the largest tiles that do not raise the peak: fewer calls at no cost.
    package init(
        _ graph: Graph, scheme: ResolvedScheme, options: PassOptions = PassOptions(),
        planner: ArenaPlanner = ArenaPlanner()
    ) throws(TrainingError) {
        let program = try BackwardProgram(graph, scheme: scheme, options: options)
        var schedule = TrainingSchedule(program, options: options)
        do {
            let bound = LowerBound(try schedule.arenaProblem()).bytes
            var tiles: [Int: Int] = [:]
            for block in schedule.streamedBlocks {
                let height = graph.outputShape(of: graph.nodes[block.last]).height
                for rows in Self.tileChoices where rows <= height {
                    var larger = tiles
                    larger[block.expansion] = rows
                    let candidate = TrainingSchedule(program, options: options, tileRows: larger)
                    guard LowerBound(try candidate.arenaProblem()).bytes <= bound else { continue }
                    tiles = larger
                    schedule = candidate
                    break
                }
            }
            arena = planner.plan(try schedule.arenaProblem())
        } catch {
            throw .memory(error)
        }
        self.schedule = schedule
    }
}
