// SPDX-License-Identifier: GPL-2.0-or-later
import StrictYAML

/// The shapes of a network of inverted residual blocks, without its weights.
package struct NetworkShape: Sendable, Hashable {
    /// Expansion (a pointwise convolution), depthwise convolution, projection, addition.
    package struct Block: Sendable, Hashable {
        /// Channels after the expansion; nil: the block begins with its depthwise convolution.
        package var expand: Int?
        /// Of the depthwise convolution; odd.
        package var kernel: Int
        package var stride: Int
        /// Channels that the block makes.
        package var channels: Int
        /// Whether the block's input is added to its output.
        package var isResidual: Bool
    }

    package var name: String
    package var inputHeight: Int
    package var inputWidth: Int
    package var inputChannels: Int
    package var stemChannels: Int
    package var stemKernel: Int
    package var stemStride: Int
    package var blocks: [Block]

    private static let files: [(file: String, bytes: [UInt8])] = [
        ("mcunet-5fps.yaml", PackageResources.mcunet_5fps_yaml),
        ("mbv2-w0.35.yaml", PackageResources.mbv2_w0_35_yaml),
        ("proxyless-w0.3.yaml", PackageResources.proxyless_w0_3_yaml),
    ]

    /// The networks that come with the product; a test asserts that all files parse.
    package static let all: [NetworkShape] = files.compactMap { file, bytes in
        try? parse(yaml: String(decoding: bytes, as: UTF8.self), file: file)
    }

    /// The network of this name that comes with the product.
    package static func named(_ name: String) throws(TrainingError) -> NetworkShape {
        guard let network = all.first(where: { $0.name == name }) else {
            throw .unknownName(what: "network", found: name, valid: all.map(\.name))
        }
        return network
    }

    /// Reads a network file; unknown keys are refused with their line.
    package static func parse(yaml: String, file: String) throws(TrainingError) -> NetworkShape {
        let top = try YAMLReader(
            yaml: yaml, file: file, keys: ["schema_version", "name", "input", "stem", "blocks"])
        try top.requireVersion()
        let extents = "three extents in 1...1024: [height, width, channels]"
        let input = try top.values("input", valid: extents) { text in
            Int(text).flatMap { (1...1024).contains($0) ? $0 : nil }
        }
        guard input.count == 3 else {
            throw top.bad("input", "\(input.count) extents", extents)
        }
        let stem = try top.mapping("stem", keys: ["channels", "kernel", "stride"])
        var blocks: [Block] = []
        var channels = try stem.integer("channels", 1...4096)
        let (stemChannels, stemKernel) = (channels, try stem.kernel())
        for entry in try top.mappings(
            "blocks", keys: ["expand", "kernel", "stride", "channels", "residual"])
        {
            let block = Block(
                expand: entry.has("expand") ? try entry.integer("expand", 1...4096) : nil,
                kernel: try entry.kernel(), stride: try entry.integer("stride", 1...4),
                channels: try entry.integer("channels", 1...4096),
                isResidual: try entry.optional("residual", valid: "true or false") { Bool($0) }
                    ?? false)
            if block.isResidual, block.stride != 1 || block.channels != channels {
                throw entry.bad(
                    "residual", "true",
                    "true only with stride 1 and \(channels) channels, those of the input")
            }
            channels = block.channels
            blocks.append(block)
        }
        return NetworkShape(
            name: try top.value("name", valid: "a word") { $0.isEmpty ? nil : $0 },
            inputHeight: input[0], inputWidth: input[1], inputChannels: input[2],
            stemChannels: stemChannels, stemKernel: stemKernel,
            stemStride: try stem.integer("stride", 1...4), blocks: blocks)
    }
}

extension MappingReader<TrainingError> {
    fileprivate func kernel() throws(TrainingError) -> Int {
        try value("kernel", valid: "an odd number in 1...15") { text in
            Int(text).flatMap { (1...15).contains($0) && $0 % 2 == 1 ? $0 : nil }
        }
    }
}
