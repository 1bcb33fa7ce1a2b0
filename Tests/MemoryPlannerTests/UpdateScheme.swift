// SPDX-License-Identifier: GPL-2.0-or-later
import Testing

/// Which layers of a network are trained.
struct UpdateScheme: CustomTestStringConvertible {
    var name: String
    var network: NetworkShape
    /// The last so many convolutions train their biases.
    var biases: Int
    /// For a convolution, how many eighths of its input channels train their weights.
    var eighths: [Int: Int]
    var testDescription: String { "\(network.name) \(name)" }

    static func full(_ network: NetworkShape) -> UpdateScheme {
        lastLayers(network.convCount, of: network, name: "full")
    }

    static func classifierOnly(_ network: NetworkShape) -> UpdateScheme {
        UpdateScheme(name: "classifier", network: network, biases: 0, eighths: [:])
    }

    static func biasOnly(_ count: Int, _ network: NetworkShape) -> UpdateScheme {
        UpdateScheme(name: "last \(count) biases", network: network, biases: count, eighths: [:])
    }

    static func lastLayers(
        _ count: Int, of network: NetworkShape, name: String? = nil
    ) -> UpdateScheme {
        let layers = (network.convCount - count)..<network.convCount
        return UpdateScheme(
            name: name ?? "last \(count)", network: network, biases: count,
            eighths: Dictionary(uniqueKeysWithValues: layers.map { ($0, 8) }))
    }

    /// The 15 sparse schemes that Lin et al. published with "On-Device Training Under 256KB Memory".
    static let published: [UpdateScheme] = {
        func scheme(
            _ name: String, _ network: NetworkShape, _ biases: Int, _ eighths: [Int: Int]
        ) -> UpdateScheme {
            UpdateScheme(name: name, network: network, biases: biases, eighths: eighths)
        }
        let (mcunet, mbv2, proxyless) = (
            NetworkShape.mcunet, NetworkShape.mbv2, NetworkShape.proxyless
        )
        var mbv2Base = [27: 8, 30: 8, 33: 8, 36: 8, 39: 8, 42: 1, 45: 4, 48: 8]
        var schemes = [
            scheme("49kb", mcunet, 20, [24: 2, 27: 4, 30: 4]),
            scheme("74kb", mcunet, 21, [21: 8, 24: 8, 27: 4, 30: 8]),
            scheme("99kb", mcunet, 22, [21: 8, 24: 8, 27: 8, 30: 8, 36: 1, 39: 2]),
            scheme("124kb", mcunet, 24, [21: 2, 24: 8, 27: 8, 30: 8, 33: 4, 39: 4]),
            scheme("148kb", mcunet, 23, [21: 8, 24: 8, 27: 8, 30: 8, 36: 8, 39: 4]),
            scheme("49kb", mbv2, 16, [36: 8, 39: 8, 41: 2, 42: 1, 45: 1, 48: 1, 49: 1]),
            scheme(
                "73kb", mbv2, 20, [32: 1, 33: 4, 36: 4, 39: 8, 41: 2, 42: 1, 45: 1, 48: 8]),
            scheme("99kb", mbv2, 25, mbv2Base),
        ]
        mbv2Base[42] = 4
        mbv2Base[45] = 8
        schemes.append(scheme("123kb", mbv2, 31, mbv2Base))
        schemes.append(scheme("138kb", mbv2, 34, mbv2Base.mapValues { _ in 8 }))
        schemes += [
            scheme("49kb", proxyless, 21, [39: 2, 42: 8, 45: 8, 51: 1, 54: 2, 57: 2]),
            scheme(
                "74kb", proxyless, 28,
                [33: 4, 36: 2, 39: 8, 42: 8, 45: 8, 51: 4, 54: 2, 57: 4]),
            scheme(
                "98kb", proxyless, 25,
                [36: 8, 39: 4, 42: 8, 45: 8, 48: 2, 51: 4, 54: 8, 57: 8]),
            scheme(
                "120kb", proxyless, 32,
                [36: 8, 39: 8, 42: 8, 45: 8, 48: 4, 51: 8, 54: 8, 57: 8]),
            scheme(
                "148kb", proxyless, 45,
                [36: 8, 39: 8, 42: 8, 45: 8, 48: 8, 51: 8, 54: 8, 57: 8]),
        ]
        return schemes
    }()
}
