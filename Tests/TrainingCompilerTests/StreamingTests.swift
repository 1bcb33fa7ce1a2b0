// SPDX-License-Identifier: GPL-2.0-or-later
import MemoryPlanner
import TensorGraph
import Testing
import TrainingCompiler

@Suite("Streamed frozen blocks")
struct StreamingTests {
    private func plan(
        _ update: Scheme.Update, _ graph: Graph, _ options: PassOptions = PassOptions()
    ) throws -> TrainingPlan {
        let scheme = try Scheme(name: "s", update: update).resolve(for: graph)
        return try TrainingPlan(graph, scheme: scheme, options: options)
    }

    private func network(_ blocks: String) throws -> Graph {
        try NetworkShape.parse(
            yaml: """
                schema_version: 1
                name: n
                input: [24, 20, 3]
                stem: {channels: 8, kernel: 3, stride: 2}
                blocks: [\(blocks)]
                """, file: "n.yaml"
        ).graph(classes: 3)
    }

    @Test("should stream blocks that nothing is trained in, the first layer with the first block")
    func chosen() throws {
        let graph = try Example.small()
        func streamed(_ update: Scheme.Update) throws -> [[String]] {
            try plan(update, graph).schedule.streamedBlocks.map { block in
                block.nodes.map { graph.name(of: graph.nodes[$0]) }
            }
        }
        let first = ["first_conv", "block0/depthwise", "block0/pointwise2"]
        let second = ["block1/pointwise1", "block1/depthwise", "block1/pointwise2"]
        let third = [
            "block2/pointwise1", "block2/depthwise", "block2/pointwise2", "block2/add",
        ]
        #expect(try streamed(.classifier) == [first, second, third])
        #expect(try streamed(.biases(last: 1)) == [first, second])
        #expect(try streamed(.biases(last: 4)) == [first])
        #expect(try streamed(.full) == [])
        let off = try plan(.classifier, graph, PassOptions().without(.stream))
        #expect(off.schedule.streamedBlocks.isEmpty)
    }

    @Test("should keep a block's input for the layer that is trained on it")
    func keepsInput() throws {
        let graph = try Example.small()
        // block1/pointwise1 is trained: its input is block0's output, which a block streams.
        let plan = try plan(.sparse(biases: 0, weights: [.init(layer: .number(3))]), graph)
        let blocks = plan.schedule.streamedBlocks
        #expect(blocks.map(\.expansion) == [0])
        #expect(ArenaExecution.violations(plan).isEmpty)
    }

    @Test("should hold the rows that the depthwise convolution sees, and no more")
    func rows() throws {
        let graph = try network("{expand: 16, kernel: 5, stride: 2, channels: 6}")
        var block = try #require(
            try plan(.classifier, graph, PassOptions()).schedule.streamedBlocks.first)
        #expect(graph.name(of: graph.nodes[block.last]) == "block0/pointwise2")
        // 12 x 10 x 16 expanded, 6 x 5 x 16 after the depthwise convolution.
        block.tileRows = 1
        let one = block.scratchBytes(in: graph)
        block.tileRows = 2
        let two = block.scratchBytes(in: graph)
        #expect(one >= 5 * 10 * 16 + 5 * 16)
        // Two rows more of 10 x 16, one more of 5 x 16, and in the kernel four larger channel planes
        // (13 columns, two rows more) with 5 more sums.
        #expect(two - one >= 2 * 10 * 16 + 5 * 16)
        #expect(two - one <= 2 * 10 * 16 + 5 * 16 + 4 * 2 * 13 + 4 * 5)
        block.tileRows = 6
        let kernel = KernelScratch(
            input: Shape(height: 12, width: 10, channels: 16),
            output: Shape(height: 6, width: 5, channels: 16),
            window: Window(
                kernel: (5, 5), stride: (2, 2),
                padding: Padding(top: 2, left: 2, bottom: 2, right: 2)))
        let convolutions = [block.expansion, block.projection].map {
            KernelScratch(graph.nodes[$0], in: graph).convolution(overlay: 0)
        }
        let largest = max(kernel.depthwise, convolutions.max() ?? 0)
        #expect(block.scratchBytes(in: graph) <= 12 * 10 * 16 + 6 * 5 * 16 + largest + 64)
    }

    static let shapes = [
        "{kernel: 3, stride: 1, channels: 8}",
        "{kernel: 3, stride: 1, channels: 4}",
        "{kernel: 5, stride: 2, channels: 20}",
        "{kernel: 1, stride: 1, channels: 8, residual: true}",
        "{expand: 12, kernel: 3, stride: 1, channels: 8, residual: true}",
        "{expand: 12, kernel: 1, stride: 1, channels: 8, residual: true}",
        "{expand: 12, kernel: 7, stride: 2, channels: 16}",
        "{expand: 12, kernel: 1, stride: 2, channels: 40}",
    ]

    /// Runs the last block of a network row by row over one memory, at the highest offset that the
    /// sharing rule allows, and looks whether an input byte was overwritten before its last use.
    @Test("should only overwrite input that was used", arguments: shapes, [1, 2, 3, 8])
    func sharing(shape: String, tileRows: Int) throws {
        // Without an expansion the block begins with the network's first layer.
        let before = shape.contains("expand") ? "{kernel: 3, stride: 1, channels: 8}, " : ""
        let graph = try network(before + shape)
        let full = try plan(.classifier, graph, PassOptions())
        let found = full.schedule.streamedBlocks.last
        guard var block = found, block.last == graph.nodes.count - 3 else {
            // The first layer's output is read twice: no block.
            #expect(shape.contains("residual") && before.isEmpty)
            return
        }
        block.tileRows = tileRows
        let rule = block.sharing(in: graph)
        let delta = try #require(rule.highestDelta ?? (tileRows >= 8 ? 0 : nil))
        #expect(!firstOverwrite(block, graph, delta: delta))
        #expect(!firstOverwrite(block, graph, delta: delta - 5))
        if rule.highestDelta != nil { #expect(firstOverwrite(block, graph, delta: delta + 1)) }
    }

    /// Whether the block reads an input byte after having written over it.
    private func firstOverwrite(_ block: StreamedBlock, _ graph: Graph, delta: Int) -> Bool {
        let source = graph.inputShape(of: graph.nodes[block.expansion])
        let expanded = graph.outputShape(of: graph.nodes[block.expansion])
        let made = graph.outputShape(of: graph.nodes[block.last])
        guard let middle = graph.nodes[block.depthwise].operation.window,
            let first = graph.nodes[block.expansion].operation.window
        else { return true }
        let (sourceRow, madeRow) = (
            source.width * source.channels, made.width * made.channels
        )
        var written: Set<Int> = []
        var failed = false
        func read(row: Int) {
            guard (0..<source.height).contains(row) else { return }
            for byte in row * sourceRow..<(row + 1) * sourceRow where written.contains(byte) {
                failed = true
            }
        }
        var ready = 0
        var tile = 0
        while tile < made.height {
            let end = min(tile + block.tileRows, made.height)
            let needed = min(
                expanded.height,
                (end - 1) * middle.strideHeight - middle.padding.top + middle.kernelHeight)
            while ready < needed {
                for tap in 0..<first.kernelHeight {
                    read(row: ready * first.strideHeight - first.padding.top + tap)
                }
                ready += 1
            }
            for row in tile..<end {
                for column in 0..<madeRow {
                    let byte = row * madeRow + column
                    if block.addition != nil, written.contains(byte) { failed = true }
                    written.insert(byte + delta)
                }
            }
            tile = end
        }
        return failed
    }

    @Test("should take larger tiles only where they cost nothing")
    func tiles() throws {
        let (graph, scheme) = try Example.published("mcunet-49kb")
        let plan = try TrainingPlan(graph, scheme: scheme)
        let program = plan.schedule.program
        let single = TrainingSchedule(program, options: PassOptions())
        #expect(single.streamedBlocks.allSatisfy { $0.tileRows == 1 })
        #expect(plan.schedule.streamedBlocks.contains { $0.tileRows == 8 })
        #expect(LowerBound(try single.arenaProblem()).bytes == plan.arena.bound.bytes)
    }

    @Test("should take the sample row by row on request, where only the first block reads it")
    func arrivingRows() throws {
        let options = PassOptions(readsInputByRows: true)
        let (graph, scheme) = try Example.published("mbv2-49kb")
        let plan = try TrainingPlan(graph, scheme: scheme, options: options)
        #expect(plan.arena.offset(of: "input") == nil)
        #expect(plan.schedule.streamedBlocks.first?.readsRows == true)
        #expect(plan.arena.arenaBytes < 49_152)
        #expect(ArenaExecution.violations(plan).isEmpty)
        let whole = try TrainingPlan(graph, scheme: scheme)
        let block = try #require(whole.schedule.streamedBlocks.first)
        var rows = block
        rows.readsRows = true
        #expect(
            rows.scratchBytes(in: graph) == block.scratchBytes(in: graph) + 3 * 128 * 3)
        let trained = try self.plan(.full, Example.small(), options)
        #expect(trained.arena.offset(of: "input") != nil)
    }

    @Test(
        "should run mcunet's frozen prefix in little more than its input",
        arguments: [
            "mcunet-49kb", "mbv2-49kb", "proxyless-49kb",
        ])
    func prefix(name: String) throws {
        let (graph, scheme) = try Example.published(name)
        let plan = try TrainingPlan(graph, scheme: scheme)
        // 7,012 bytes beside the input: the rows of the first block, and four planes in its kernel.
        #expect(plan.arena.arenaBytes <= 49_152 + 7_012)
    }
}
