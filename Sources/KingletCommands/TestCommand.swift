// SPDX-License-Identifier: GPL-2.0-or-later
import ArgumentParser
import Reports
import Scenarios
import Workbench

/// `kinglet test`
struct TestCommand: ParsableCommand {
    enum Part: SuitePart {
        static let singular = "scenario"
        static let plural = "Scenarios"
        static let outputFolder = "out/test"
    }

    static let configuration = CommandConfiguration(
        commandName: "test",
        abstract: "Run scenarios and hold them against their budgets.",
        discussion: """
            Takes scenario files, and folders, which are searched for YAML files that say what to \
            run (a key 'image' or 'model'). Every scenario is run, measured and held against the \
            budgets in its file: absolute ones, and those against the baseline that stands beside \
            it. A figure that is beyond its budget is explained by what grew since the baseline: \
            symbols, buffers of the arena, phases.

            Examples:
              kinglet test scenarios
              kinglet test scenarios --junit kinglet.xml --markdown summary.md
              kinglet test scenarios/quick-start.yaml --update-baseline

            Exit codes: 0 all passed, warnings allowed; 1 a budget was exceeded or a firmware \
            reported failure; 3 a firmware faulted; 42 a limit was reached; 2 wrong usage or a \
            malformed file. The gravest decides: 2, then 3, 42, 1.
            """)

    @Argument(help: ArgumentHelp("Scenario files, or folders with some.", valueName: "paths"))
    var paths: [String]

    @Option(
        help: ArgumentHelp(
            "Only scenarios with this text in their name; may be repeated.", valueName: "text"))
    var filter: [String] = []

    @Option(
        help: ArgumentHelp(
            "Only the I-th of N parts of the scenarios, for CI jobs side by side.",
            valueName: "i/n"))
    var shard: ShardArgument?

    @Flag(help: "Write the baselines of scenarios that ran to their end.")
    var updateBaseline = false

    @Option(
        help: ArgumentHelp(
            "The folder with baselines, in place of each scenario's own.", valueName: "folder"))
    var baselineDir: String?

    @OptionGroup var suite: SuiteOptions<Part>

    @OptionGroup(title: "Reports") var outputs: TestOutputs

    func run() throws {
        let console = CommandConsole.current
        let search = try InputError.converting {
            let search = try ScenarioSearch(paths)
            try outputs.prepare()
            return search
        }
        for file in search.skipped {
            console.printError("skipped \(file): no scenario, it has no key 'image' or 'model'\n")
        }
        guard !search.files.isEmpty else {
            throw InputError(
                "no scenario in \(paths.joined(separator: ", ")); valid: YAML files with a key "
                    + "'image' or 'model'")
        }
        var suite = ScenarioSuite(files: search.files).filtered(filter)
        if suite.entries.isEmpty { throw nothingLeft(search) }
        if let shard { suite = suite.shard(shard.index, of: shard.count) }
        let results = run(suite, console)
        for result in results { console.print(TestSummary.text(result) + "\n") }
        console.print(TestSummary.total(results))
        try InputError.converting { try outputs.write(results) }
        let code = TestSummary.exitCode(results)
        if code != 0 { throw ExitStatus(code: Int32(code)) }
    }

    private func nothingLeft(_ search: ScenarioSearch) -> InputError {
        let names = ScenarioSuite(files: search.files).entries.map(\.name)
        return InputError(
            "--filter \(filter.joined(separator: ", ")) leaves no scenario; there are: "
                + names.joined(separator: ", "))
    }

    private func run(_ suite: ScenarioSuite, _ console: CommandConsole) -> [ScenarioResult] {
        var options = self.suite.runOptions()
        options.baselineFolder = baselineDir
        options.updatesBaseline = updateBaseline
        let progress = CountedProgress(total: suite.entries.count, "scenarios", console)
        defer { progress.erase() }
        progress.show()
        return suite.run(
            ScenarioRun(options, execute: console.execute), jobs: self.suite.jobCount
        ) { progress.finished($0.name) }
    }
}

/// `2/3`
struct ShardArgument: ExpressibleByArgument {
    var index: Int
    var count: Int

    init?(argument: String) {
        let parts = argument.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let index = Int(parts[0]), let count = Int(parts[1]), index >= 1,
            index <= count, count <= 10_000
        else { return nil }
        self.index = index
        self.count = count
    }
}
