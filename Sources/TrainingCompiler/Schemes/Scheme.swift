// SPDX-License-Identifier: GPL-2.0-or-later

/// Which parameters a training step updates. The classifier is always trained.
package struct Scheme: Sendable, Hashable {
    /// What is trained beside the classifier.
    package enum Update: Sendable, Hashable {
        /// All weights and biases.
        case full
        case classifier
        /// The biases of the last convolutions; nil: of all.
        case biases(last: Int?)
        /// Weights and biases of the last convolutions.
        case layers(last: Int)
        /// The biases of the last convolutions, and parts of layers' weights.
        case sparse(biases: Int, weights: [LayerChoice])
    }

    /// How a file names a layer.
    package enum LayerReference: Sendable, Hashable {
        /// A 0-based number among the convolutions; the classifier is not counted.
        case number(Int)
        /// The name of the tensor that the layer makes.
        case name(String)
    }

    /// Which input channels of a layer are trained when not all are.
    package enum ChannelChoice: String, Sendable, Hashable, CaseIterable {
        /// Those whose weights have the greatest sum of real magnitudes; of equals the first.
        case largest
        case first
    }

    /// A part of one layer's weights.
    package struct LayerChoice: Sendable, Hashable {
        package var layer: LayerReference
        package var ratio: Ratio
        package var channels: ChannelChoice

        package init(
            layer: LayerReference, ratio: Ratio = .all, channels: ChannelChoice = .largest
        ) {
            self.layer = layer
            self.ratio = ratio
            self.channels = channels
        }
    }

    package var name: String
    package var summary: String
    /// The network that the scheme was made for, if it says so; only a hint.
    package var network: String?
    package var update: Update

    package init(name: String, summary: String = "", network: String? = nil, update: Update) {
        self.name = name
        self.summary = summary
        self.network = network
        self.update = update
    }
}

extension Scheme.LayerReference: CustomStringConvertible {
    package var description: String {
        switch self {
        case .number(let number): "\(number)"
        case .name(let name): name
        }
    }
}
