// SPDX-License-Identifier: GPL-2.0-or-later
import Foundation
import KingletCommands
import TestSupport
import Testing

@Suite("kinglet compile")
struct CompileCommandTests {
    @Test("should print a shipped network with its totals")
    func graph() {
        let harness = CommandHarness()
        #expect(harness.run("compile", "mbv2-w0.35", "--dump", "graph") == 0)
        #expect(harness.output.hasPrefix("graph \"mbv2-w0.35\"\n"))
        #expect(harness.output.contains("51 convolutions"))
    }

    @Test("should give the head as many classes as asked for")
    func classes() {
        let harness = CommandHarness()
        #expect(harness.run("compile", "mcunet-5fps", "--classes", "7", "--dump", "graph") == 0)
        #expect(harness.output.contains("int8[1,1,1,7]") || harness.output.contains("int8[1,7]"))
    }

    @Test("should print the gradients and the schedule of a published scheme")
    func stages() {
        let harness = CommandHarness()
        let job = ["compile", "mcunet-5fps", "--scheme", "mcunet-49kb", "--dump"]
        #expect(harness.run(arguments: job + ["backward"]) == 0)
        #expect(harness.output.hasPrefix("backward \"mcunet-49kb\""))
        #expect(harness.run(arguments: job + ["schedule"]) == 0)
        #expect(harness.output.contains("stream input through first_conv"))
    }

    @Test("should print the memory plan and draw it")
    func memory() throws {
        try Assembler.withTemporaryDirectory { folder in
            let picture = folder.appending(path: "plan.svg")
            let harness = CommandHarness()
            let code = harness.run(
                "compile", "proxyless-w0.3", "--scheme", "proxyless-49kb", "--dump", "memory",
                "--svg", picture.path)
            #expect(code == 0)
            #expect(harness.output.contains("planned SRAM without stack and runtime: "))
            let text = try String(contentsOf: picture, encoding: .utf8)
            #expect(text.contains("<svg"))
        }
    }

    @Test("should take a scheme from a file, and name the line that is wrong in it")
    func schemeFile() throws {
        try Assembler.withTemporaryDirectory { folder in
            let file = folder.appending(path: "mine.yaml")
            try "schema_version: 1\nname: mine\nupdat: full\n".write(
                to: file, atomically: true, encoding: .utf8)
            let harness = CommandHarness()
            let code = harness.run(
                "compile", "mcunet-5fps", "--scheme", file.path, "--dump", "memory")
            #expect(code == 2)
            #expect(harness.errors.contains("mine.yaml:3:1: unknown key 'updat'"))
        }
    }

    @Test(
        "should refuse what it cannot compile, and say what is valid",
        arguments: [
            (["nope", "--dump", "graph"], "valid: mcunet-5fps, mbv2-w0.35, proxyless-w0.3"),
            (["nope.tflite", "--dump", "graph"], "cannot read 'nope.tflite'"),
            (["mcunet-5fps", "--dump", "memory"], "--dump memory needs --scheme"),
            (["mcunet-5fps", "--scheme", "mcunet-49kb"], "Give -o DIR for firmware"),
            (["mcunet-5fps", "-o", "x"], "-o needs --scheme"),
            (["mcunet-5fps", "--dump", "graph", "--board", "x"], "--board needs -o DIR"),
            (
                ["mcunet-5fps", "--dump", "graph", "--gradient-bits", "12"],
                "--gradient-bits 12 is not valid; valid: 8, 16"
            ),
            (
                ["mcunet-5fps", "--dump", "graph", "--residual-bits", "4"],
                "--residual-bits 4 is not valid; valid: 0, 8, 16"
            ),
            (
                ["mcunet-5fps", "--dump", "graph", "--accumulate", "--residual-bits", "8"],
                "leave out --residual-bits"
            ),
            (
                ["mcunet-5fps", "--dump", "graph", "--without", "stream,magic"],
                "--without 'magic' is no pass; valid: prune, reorder"
            ),
            (["mcunet-5fps", "--dump", "graph", "--svg", "x.svg"], "--svg needs --dump memory"),
            (
                ["mcunet-5fps", "--scheme", "mcunet-1kb", "--dump", "backward"],
                "no scheme is called 'mcunet-1kb'"
            ),
            (
                ["mcunet-5fps", "--scheme", "mbv2-49kb", "--dump", "backward"],
                "scheme 'mbv2-49kb'"
            ),
        ])
    func refuses(arguments: [String], message: String) {
        let harness = CommandHarness()
        #expect(harness.run(arguments: ["compile"] + arguments) == 2)
        #expect(harness.errors.contains(message))
    }

    @Test("should refuse a file that is no model")
    func notAModel() throws {
        try CommandHarness.withImage { image, _ in
            let harness = CommandHarness()
            #expect(harness.run("compile", image, "--dump", "graph") == 2)
            #expect(harness.errors.contains(image))
        }
    }
}
