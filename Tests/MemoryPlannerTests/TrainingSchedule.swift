// SPDX-License-Identifier: GPL-2.0-or-later
import MemoryPlanner

/// The lifetimes of one training step of a network under a scheme, as a compiler would schedule it.
struct TrainingSchedule {
    struct Options {
        /// Blocks that come before everything trained run row by row in one step.
        var streamsPrefix = true
        /// Updates are fused with weight gradients; otherwise all gradients wait for the end.
        var reordersUpdates = true
        /// Kernels may overwrite their inputs.
        var worksInPlace = true
        /// Of an element of a back-propagated gradient.
        var gradientBytes = 2
    }

    let scheme: UpdateScheme
    let options: Options
    private var tensors: [ArenaBuffer] = []
    private var sharings: [Sharing] = []
    private var now = 0
    /// For each convolution, what backward needs: its stored input and its mask.
    private var kept: [Int: [Int]] = [:]

    private var firstTrained: Int {
        let count = scheme.network.convCount
        return min(count - scheme.biases, scheme.eighths.keys.min() ?? count)
    }

    static func problem(_ scheme: UpdateScheme, _ options: Options) throws -> ArenaProblem {
        var schedule = TrainingSchedule(scheme: scheme, options: options)
        let features = schedule.forward()
        schedule.backward(features)
        return try schedule.finished()
    }

    private init(scheme: UpdateScheme, options: Options) {
        self.scheme = scheme
        self.options = options
    }

    // MARK: Tensors

    private mutating func add(_ name: String, _ bytes: Int, alignment: Int = 4) -> Int {
        tensors.append(
            ArenaBuffer(
                name, sizeBytes: bytes, alignmentBytes: alignment, firstStep: now, lastStep: now))
        return tensors.count - 1
    }

    private mutating func use(_ tensor: Int) { tensors[tensor].lastStep = now }

    private mutating func share(_ sharing: Sharing) {
        if options.worksInPlace { sharings.append(sharing) }
    }

    private func name(_ tensor: Int) -> String { tensors[tensor].name }

    private func finished() throws -> ArenaProblem {
        var buffers = tensors
        let network = scheme.network
        // Trained weights live throughout.
        for conv in [network.firstConv] + network.blocks.flatMap(\.convs) {
            guard let eighths = scheme.eighths[conv.index] else { continue }
            buffers.append(
                ArenaBuffer(
                    "w\(conv.index)", sizeBytes: weights(conv, eighths), firstStep: 0, lastStep: now
                ))
        }
        buffers.append(
            ArenaBuffer("head", sizeBytes: 10 * network.features, firstStep: 0, lastStep: now))
        let byName = Dictionary(uniqueKeysWithValues: buffers.map { ($0.name, $0) })
        // Leave to overwrite holds only where nothing reads the input later.
        let lawful = sharings.filter { sharing in
            guard let output = byName[sharing.output], let input = byName[sharing.input] else {
                return false
            }
            return input.lastStep <= output.firstStep
        }
        return try ArenaProblem(buffers, sharings: lawful)
    }

    private func weights(_ conv: ConvShape, _ eighths: Int) -> Int {
        let channels = max(1, conv.inChannels * eighths / 8)
        let filters = conv.isDepthwise ? 1 : conv.outChannels
        return channels * filters * conv.kernel * conv.kernel
    }

    // MARK: Forward

    private mutating func forward() -> Int {
        let network = scheme.network
        var current = add("input", network.inputSide * network.inputSide * network.inputChannels)
        var blocks = network.blocks[...]
        let isStreamed = options.streamsPrefix && network.blocks[0].output.index < firstTrained
        if isStreamed {
            current = stream(network.blocks[0], number: 0, current, withFirstConv: true)
            blocks = blocks.dropFirst()
        } else {
            current = convolve(network.firstConv, current)
        }
        for (number, block) in zip(blocks.indices, blocks) {
            if options.streamsPrefix, block.output.index < firstTrained {
                current = stream(block, number: number, current, withFirstConv: false)
                continue
            }
            let input = current
            for conv in block.convs { current = convolve(conv, current) }
            guard block.isResidual else { continue }
            now += 1
            use(input)
            use(current)
            let sum = add("b\(number).sum", block.output.outElements)
            share(.ascending(output: name(sum), input: name(input)))
            share(.ascending(output: name(sum), input: name(current)))
            current = sum
        }
        now += 1
        use(current)
        let pooled = add("pooled", network.features)
        now += 1
        use(pooled)
        _ = add("logits", 10)
        return pooled
    }

    /// A frozen block in one step, through rolling rows of its expanded tensor.
    private mutating func stream(
        _ block: NetworkShape.Block, number: Int, _ input: Int, withFirstConv: Bool
    ) -> Int {
        now += 1
        use(input)
        let depthwise = block.convs[block.convs.count - 2]
        let rowBytes = depthwise.inSide * depthwise.inChannels
        _ = add("b\(number).rows", depthwise.kernel * rowBytes)
        _ = add("b\(number).row", depthwise.outSide * depthwise.outChannels)
        let output = add("b\(number).out", block.output.outElements)
        let side = withFirstConv ? scheme.network.inputSide : block.input.inSide
        let inputRow = tensors[input].sizeBytes / side
        let consumed = (0..<block.output.outSide).map { row in
            var rows = row * depthwise.stride + depthwise.kernel / 2 + 1
            if withFirstConv { rows = 2 * rows - 1 }
            // A skip reads its row just before the sum is written there.
            if block.isResidual { rows = row + 1 }
            return min(side, rows) * inputRow
        }
        share(
            .streamed(
                output: name(output), input: name(input),
                outputRowBytes: block.output.outSide * block.output.outChannels,
                consumedBytes: consumed))
        return output
    }

    private mutating func convolve(_ conv: ConvShape, _ input: Int) -> Int {
        now += 1
        use(input)
        _ = add("c\(conv.index).patch", 4 * conv.kernel * conv.kernel * conv.inChannels)
        let output = add("c\(conv.index)", conv.outElements)
        if conv.isDepthwise, conv.stride == 1 {
            share(.inPlace(output: name(output), input: name(input)))
        }
        if conv.index >= scheme.network.convCount - scheme.biases {
            kept[conv.index, default: []].append(
                add("c\(conv.index).mask", (conv.outElements + 7) / 8, alignment: 1))
        }
        if let eighths = scheme.eighths[conv.index] {
            if eighths == 8 {
                kept[conv.index, default: []].append(input)
            } else {
                let channels = max(1, conv.inChannels * eighths / 8)
                kept[conv.index, default: []].append(
                    add("c\(conv.index).slice", conv.inSide * conv.inSide * channels))
            }
        }
        return output
    }

    // MARK: Backward

    private mutating func backward(_ pooled: Int) {
        let network = scheme.network
        now += 1
        use(tensors.count - 1)
        let loss = add("d.logits", 40)
        now += 1
        use(loss)
        use(pooled)
        guard firstTrained < network.convCount else { return }
        let pooledGradient = add("d.pooled", network.features * options.gradientBytes)
        now += 1
        use(pooledGradient)
        let last = network.blocks[network.blocks.count - 1].output
        var gradient = add("d.c\(last.index)", last.outElements * options.gradientBytes)
        var waiting: [Int] = []
        for (number, block) in network.blocks.enumerated().reversed() {
            guard firstTrained <= block.output.index else { break }
            let skip = gradient
            for conv in block.convs.reversed() where conv.index >= firstTrained {
                gradient = differentiate(conv, gradient, &waiting)
            }
            guard block.isResidual, firstTrained < block.input.index else { continue }
            now += 1
            use(skip)
            use(gradient)
            let sum = add("d.b\(number).sum", block.input.inElements * options.gradientBytes)
            share(.ascending(output: name(sum), input: name(skip)))
            share(.ascending(output: name(sum), input: name(gradient)))
            gradient = sum
        }
        if firstTrained == 0 { _ = differentiate(network.firstConv, gradient, &waiting) }
        for tensor in waiting {
            now += 1
            use(tensor)
        }
    }

    private mutating func differentiate(
        _ conv: ConvShape, _ outer: Int, _ waiting: inout [Int]
    ) -> Int {
        now += 1
        use(outer)
        let masked = add("d.c\(conv.index).masked", conv.outElements * options.gradientBytes)
        share(.ascending(output: name(masked), input: name(outer)))
        now += 1
        use(masked)
        for tensor in kept[conv.index] ?? [] { use(tensor) }
        let fused = 4 * conv.kernel * conv.kernel * conv.inChannels
        if let eighths = scheme.eighths[conv.index] {
            let whole = 4 * weights(conv, eighths)
            let update = add("dw.c\(conv.index)", options.reordersUpdates ? fused : whole)
            if !options.reordersUpdates { waiting.append(update) }
        }
        let bias = add("db.c\(conv.index)", 4 * conv.outChannels)
        if !options.reordersUpdates { waiting.append(bias) }
        guard conv.index > firstTrained else { return masked }
        now += 1
        use(masked)
        let inner = add("dx.c\(conv.index)", conv.inElements * options.gradientBytes)
        if conv.isDepthwise, conv.stride == 1 {
            share(.inPlace(output: name(inner), input: name(masked)))
        }
        return inner
    }
}
