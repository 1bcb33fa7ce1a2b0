// SPDX-License-Identifier: GPL-2.0-or-later
import MemoryPlanner
import TensorGraph
import Testing
import TrainingCompiler

@Suite("Gradients some channels at a time")
struct TilingTests {
    private func schedule(
        _ update: Scheme.Update, _ options: PassOptions = PassOptions()
    ) throws -> TrainingSchedule {
        let graph = try Example.small()
        let scheme = try Scheme(name: "s", update: update).resolve(for: graph)
        return TrainingSchedule(
            try BackwardProgram(graph, scheme: scheme, options: options), options: options)
    }

    private func names(_ schedule: TrainingSchedule) -> [String] {
        let graph = schedule.graph
        return schedule.tiledBlocks.map { graph.name(of: graph.nodes[$0.projection]) }
    }

    /// The first block has 8 channels, too few for tiles.
    @Test("should tile the blocks that gradients pass, but for those with more to train")
    func chosen() throws {
        #expect(
            try names(schedule(.biases(last: nil))) == ["block2/pointwise2", "block1/pointwise2"])
        // Blocks: 0 stem, 1-2, 3-5, 6-8. A depthwise layer's or a projection's weights need sums over
        // whole gradients.
        func trained(_ layer: Int) throws -> [String] {
            try names(schedule(.sparse(biases: 9, weights: [.init(layer: .number(layer))])))
        }
        #expect(try trained(6) == ["block2/pointwise2", "block1/pointwise2"])
        #expect(try trained(7) == ["block1/pointwise2"])
        #expect(try trained(8) == ["block1/pointwise2"])
        #expect(try names(schedule(.full)) == [])
        for pass in [PassOptions.Pass.tiles, .maskBits, .prune] {
            #expect(
                try names(schedule(.biases(last: nil), PassOptions().without(pass))) == [])
        }
    }

    @Test("should do what the program does, in its order")
    func sameOperations() throws {
        for update in [
            Scheme.Update.biases(last: nil), .full, .biases(last: 4),
            .sparse(biases: 9, weights: [.init(layer: .number(6)), .init(layer: .number(3))]),
        ] {
            let schedule = try schedule(update)
            #expect(schedule.backwardOperations == schedule.program.operations)
        }
    }

    @Test("should hold no gradient between the projection and the block's input")
    func buffers() throws {
        let schedule = try schedule(.biases(last: nil))
        let graph = schedule.graph
        let block = try #require(schedule.tiledBlocks.first)
        // The residual block's input has a gradient from the skip already.
        #expect(block.addsGradient && block.hasInputGradient)
        let touched = Set(schedule.operations.flatMap { $0.reads + $0.writes })
        for node in [block.expansion, block.depthwise] {
            #expect(!touched.contains(.gradient(graph.nodes[node].output)))
        }
        // Convolutions 3 to 8: the first trained one is a block's expansion.
        let ends = try self.schedule(.biases(last: 6))
        #expect(ends.tiledBlocks.map(\.hasInputGradient) == [true, false])
    }

    @Test(
        "should only read what was written, in every tile size",
        arguments: ["mcunet-49kb", "mbv2-99kb", "proxyless-148kb"])
    func execution(name: String) throws {
        let (graph, scheme) = try Example.published(name)
        for options in [PassOptions(), PassOptions(readsInputByRows: true)] {
            #expect(
                try ArenaExecution.violations(
                    TrainingPlan(graph, scheme: scheme, options: options)
                ).isEmpty)
            let smallest = try TrainingPlan(
                graph, scheme: scheme, options: options, tiles: TileSizes())
            #expect(ArenaExecution.violations(smallest).isEmpty)
        }
    }

    @Test("should lower the peak of a step that takes its sample by rows, and never raise it")
    func peak() throws {
        for name in ["mcunet-49kb", "mbv2-73kb", "proxyless-148kb"] {
            let (graph, scheme) = try Example.published(name)
            let options = PassOptions(readsInputByRows: true)
            let with = try TrainingPlan(graph, scheme: scheme, options: options)
            let without = try TrainingPlan(
                graph, scheme: scheme, options: options.without(.tiles))
            #expect(with.arena.bound.bytes <= without.arena.bound.bytes)
            if name == "mcunet-49kb" {
                #expect(with.arena.arenaBytes * 10 < without.arena.arenaBytes * 9)
            }
        }
    }

    @Test("should use tiles only where they lower the peak")
    func needed() throws {
        // With the sample in memory its 49,152 bytes are the peak, whatever the gradients need.
        let (graph, scheme) = try Example.published("mbv2-49kb")
        #expect(try TrainingPlan(graph, scheme: scheme).schedule.tiledBlocks.isEmpty)
    }
}
