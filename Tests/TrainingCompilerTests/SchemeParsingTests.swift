// SPDX-License-Identifier: GPL-2.0-or-later
import Testing
import TrainingCompiler

@Suite("Scheme files")
struct SchemeParsingTests {
    private func parse(_ yaml: String) throws -> Scheme {
        try Scheme.parse(yaml: "schema_version: 1\nname: s\n" + yaml, file: "s.yaml")
    }

    @Test(
        "should read every kind of update",
        arguments: [
            ("update: full", Scheme.Update.full),
            ("update: classifier", .classifier),
            ("update: biases\nlast: 3", .biases(last: 3)),
            ("update: biases\nlast: all", .biases(last: nil)),
            ("update: layers\nlast: 2", .layers(last: 2)),
            ("update: sparse\nbiases: 4", .sparse(biases: 4, weights: [])),
        ])
    func kinds(yaml: String, expected: Scheme.Update) throws {
        #expect(try parse(yaml).update == expected)
    }

    @Test("should read layers by number and name, with ratio and channel choice")
    func layers() throws {
        let scheme = try parse(
            """
            update: sparse
            biases: 2
            weights:
              - {layer: 3, ratio: 1/4, channels: first}
              - {layer: block1/depthwise, ratio: 0.5}
              - {layer: 5}
            """)
        let quarter = try #require(Ratio("1/4"))
        let half = try #require(Ratio("0.5"))
        let expected: [Scheme.LayerChoice] = [
            .init(layer: .number(3), ratio: quarter, channels: .first),
            .init(layer: .name("block1/depthwise"), ratio: half),
            .init(layer: .number(5)),
        ]
        #expect(scheme.update == .sparse(biases: 2, weights: expected))
    }

    @Test(
        "should refuse what it does not understand, with line, finding and remedy",
        arguments: [
            (
                "updates: full",
                "s.yaml:3:1: unknown key 'updates', did you mean 'update'?; valid keys: schema_version, name"
            ),
            ("update: most", "s.yaml:3:9: 'update' is 'most'; valid: full, classifier, biases"),
            ("update: full\nlast: 3", "s.yaml:4:1: unknown key 'last'; valid keys: schema_version"),
            ("update: layers", "s.yaml:1:1: key 'last' is missing"),
            ("update: layers\nlast: -1", "s.yaml:4:7: 'last' is '-1'; valid: 1...100000"),
            (
                "update: sparse\nbiases: 1\nweights:\n  - {layer: 1, ratio: 2}",
                "s.yaml:6:23: 'ratio' is '2'; valid: a part in 0...1"
            ),
            (
                "update: sparse\nbiases: 1\nweights:\n  - {layer: 1, channel: first}",
                "s.yaml:6:16: unknown key 'channel', did you mean 'channels'?; valid keys: layer, ratio, channels"
            ),
            (
                "update: sparse\nbiases: 1\nweights:\n  - {layer: 1, channels: best}",
                "s.yaml:6:26: 'channels' is 'best'; valid: largest, first"
            ),
            ("update: sparse\nbiases: 1\nweights: 3", "s.yaml:5:10: 'weights' must be a list"),
            ("update: full\nupdate: full", "keys stand twice: update"),
            ("update: [", "s.yaml:"),
        ])
    func refusals(yaml: String, expected: String) {
        let error = #expect(throws: TrainingError.self) { try parse(yaml) }
        #expect(error?.description.contains(expected) == true, "\(error?.description ?? "")")
    }

    @Test("should refuse other schema versions")
    func version() {
        let error = #expect(throws: TrainingError.self) {
            try Scheme.parse(yaml: "schema_version: 2\nname: s\nupdate: full", file: "s.yaml")
        }
        #expect(error?.description == "s.yaml:1:17: 'schema_version' is '2'; valid: 1")
    }

    @Test(
        "should take only parts of a whole as ratio",
        arguments: ["0", "2", "1/0", "3/2", "-1/2", "0.0", "x", "", "1/", "0.1234567", "1.5"])
    func badRatios(text: String) {
        #expect(Ratio(text) == nil)
    }

    @Test("should keep ratios exactly")
    func ratios() throws {
        #expect(try #require(Ratio("1/8")).of(336) == 42)
        #expect(try #require(Ratio("0.1")).of(3) == 1)
        #expect(try #require(Ratio("0.7")).of(10) == 7)
        #expect(try #require(Ratio("1")).of(7) == 7)
    }

    @Test("should have schemes for any network by name")
    func general() throws {
        let updates = try ["full", "classifier", "biases", "biases-20", "layers-6"].map {
            try Scheme.named($0).update
        }
        #expect(
            updates == [
                .full, .classifier, .biases(last: nil), .biases(last: 20), .layers(last: 6),
            ])
        for name in ["biases-", "biases-0", "layers", "layers-6-7", "biases--1", "full-3"] {
            #expect(throws: TrainingError.self) { try Scheme.named(name) }
        }
    }

    @Test("should come with fifteen schemes and three networks that fit each other")
    func published() throws {
        #expect(Scheme.published.count == 15)
        #expect(NetworkShape.all.map(\.name) == ["mcunet-5fps", "mbv2-w0.35", "proxyless-w0.3"])
        for scheme in Scheme.published {
            let network = try NetworkShape.named(try #require(scheme.network))
            _ = try scheme.resolve(for: try network.graph())
        }
        let error = #expect(throws: TrainingError.self) { try Scheme.named("mcunet-1kb") }
        #expect(error?.description.contains("layers-K, mcunet-49kb, mcunet-74kb") == true)
    }
}
