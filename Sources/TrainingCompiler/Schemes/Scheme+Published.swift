// SPDX-License-Identifier: GPL-2.0-or-later

extension Scheme {
    private static let files: [(file: String, bytes: [UInt8])] = [
        ("mcunet-49kb.yaml", PackageResources.mcunet_49kb_yaml),
        ("mcunet-74kb.yaml", PackageResources.mcunet_74kb_yaml),
        ("mcunet-99kb.yaml", PackageResources.mcunet_99kb_yaml),
        ("mcunet-124kb.yaml", PackageResources.mcunet_124kb_yaml),
        ("mcunet-148kb.yaml", PackageResources.mcunet_148kb_yaml),
        ("mbv2-49kb.yaml", PackageResources.mbv2_49kb_yaml),
        ("mbv2-73kb.yaml", PackageResources.mbv2_73kb_yaml),
        ("mbv2-99kb.yaml", PackageResources.mbv2_99kb_yaml),
        ("mbv2-123kb.yaml", PackageResources.mbv2_123kb_yaml),
        ("mbv2-138kb.yaml", PackageResources.mbv2_138kb_yaml),
        ("proxyless-49kb.yaml", PackageResources.proxyless_49kb_yaml),
        ("proxyless-74kb.yaml", PackageResources.proxyless_74kb_yaml),
        ("proxyless-98kb.yaml", PackageResources.proxyless_98kb_yaml),
        ("proxyless-120kb.yaml", PackageResources.proxyless_120kb_yaml),
        ("proxyless-148kb.yaml", PackageResources.proxyless_148kb_yaml),
    ]

    /// The schemes that come with the product, by network and memory.
    ///
    /// Their files are part of the program, so that one that does not parse is left out here; a test
    /// asserts that none is.
    package static let published: [Scheme] = files.compactMap { file, bytes in
        try? parse(yaml: String(decoding: bytes, as: UTF8.self), file: file)
    }

    /// The scheme of this name that comes with the product: a published one, or one for any network.
    package static func named(_ name: String) throws(TrainingError) -> Scheme {
        guard let scheme = published.first(where: { $0.name == name }) ?? general(name) else {
            throw .unknownName(what: "scheme", found: name, valid: validNames)
        }
        return scheme
    }

    /// What `named` takes, with K for a number.
    package static let validNames =
        ["full", "classifier", "biases", "biases-K", "layers-K"] + published.map(\.name)

    /// `full`, `classifier`, `biases` of all convolutions, `biases-20` of the last 20, `layers-6`: weights and
    /// biases of the last 6.
    private static func general(_ name: String) -> Scheme? {
        let fixed: [String: Update] = [
            "full": .full, "classifier": .classifier, "biases": .biases(last: nil),
        ]
        if let update = fixed[name] { return Scheme(name: name, update: update) }
        let parts = name.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[1].allSatisfy(\.isNumber), let last = Int(parts[1]),
            (1...countLimit).contains(last)
        else { return nil }
        switch parts[0] {
        case "biases": return Scheme(name: name, update: .biases(last: last))
        case "layers": return Scheme(name: name, update: .layers(last: last))
        default: return nil
        }
    }
}
