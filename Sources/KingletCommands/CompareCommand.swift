// SPDX-License-Identifier: GPL-2.0-or-later
import ArgumentParser
import Reports
import RunModel
import Scenarios
import Workbench

/// `kinglet compare`
struct CompareCommand: ParsableCommand {
    enum Row: SuitePart {
        static let singular = "row"
        static let plural = "Rows"
        static let outputFolder = "out/compare"
    }

    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract: "Measure schemes, images, boards or options side by side.",
        discussion: """
            Reads a comparison file, builds and runs each of its rows on the same data and seed, \
            and prints a table: SRAM peak and what it is made of, flash, cycles and time of a step \
            by phase, energy, loss and accuracy, ratios to the first row, and which rows others \
            beat in every respect. Accuracy comes from a long run of the host twin, whose trained \
            parameters are held against those of the emulated run, bit for bit.

            Examples:
              kinglet compare comparisons/quick-start.yaml
              kinglet compare comparisons/paper.yaml --html paper.html --csv paper.csv
              kinglet compare comparisons/paper.yaml --filter mcunet \\
                --model mcunet-5fps=my.tflite --files data

            Exit codes: 0 all rows ran; 1 a row fits no board that it may run on, a firmware \
            reported failure, or a host twin trained something else; 3 a firmware faulted; 42 a \
            limit was reached; 2 wrong usage, a malformed file, or a row that could not run. The \
            gravest decides: 2, then 3, 42, 1.
            """)

    @Argument(help: ArgumentHelp("A comparison file.", valueName: "file")) var file: String

    @Option(
        help: ArgumentHelp(
            "Only rows with this text in GROUP/NAME; may be repeated.", valueName: "text"))
    var filter: [String] = []

    @Option(
        help: ArgumentHelp(
            "A model in place of one that the file names; may be repeated.", valueName: "name=path")
    )
    var model: [ModelArgument] = []

    @Option(
        help: ArgumentHelp(
            "The folder with samples, in place of the file's.", valueName: "folder"))
    var files: String?

    @Option(
        help: ArgumentHelp(
            "Steps of the long run, in place of the file's; 0 leaves it out.", valueName: "count"))
    var twinSteps: Int?

    @OptionGroup var suite: SuiteOptions<Row>

    @OptionGroup(title: "Reports") var outputs: CompareOutputs

    func validate() throws {
        if let twinSteps, !(0...10_000_000).contains(twinSteps) {
            throw ValidationError("--twin-steps \(twinSteps) is not valid; valid: 0...10000000")
        }
    }

    func run() throws {
        let console = CommandConsole.current
        var changes = ComparisonChanges()
        changes.models = model.map { ($0.name, $0.path) }
        changes.files = files
        changes.longRunSteps = twinSteps
        changes.filter = filter
        let comparison = try InputError.converting {
            let comparison = try ComparisonFile.read(file, changes: changes)
            try outputs.prepare()
            return comparison
        }
        let record = run(comparison, console)
        console.print(ComparisonSummary.text(record))
        try InputError.converting { try outputs.write(record) }
        let code = ComparisonSummary.exitCode(record)
        if code != 0 { throw ExitStatus(code: Int32(code)) }
    }

    private func run(_ comparison: Comparison, _ console: CommandConsole) -> ComparisonRecord {
        let progress = CountedProgress(total: comparison.rows.count, "rows", console)
        defer { progress.erase() }
        progress.show()
        return ComparisonRun(
            suite.runOptions(subfolder: comparison.name), execute: console.execute
        ).record(of: comparison, jobs: suite.jobCount) { row in
            progress.finished((row.group.map { "\($0)/" } ?? "") + row.name)
        }
    }
}

/// `NAME=PATH`
struct ModelArgument: ExpressibleByArgument {
    var name: String
    var path: String

    init?(argument: String) {
        guard let equals = argument.firstIndex(of: "=") else { return nil }
        name = String(argument[..<equals])
        path = String(argument[argument.index(after: equals)...])
        if name.isEmpty || path.isEmpty { return nil }
    }
}

/// The files that `kinglet compare` writes for others.
struct CompareOutputs: ParsableArguments {
    @Option(help: ArgumentHelp("The comparison with each row's record.", valueName: "file"))
    var json: String?

    @Option(help: ArgumentHelp("A line for each row, for spreadsheets.", valueName: "file"))
    var csv: String?

    @Option(help: ArgumentHelp("A web page that holds everything it needs.", valueName: "file"))
    var html: String?

    /// Throws before the runs where a file could not be written after them.
    func prepare() throws(WorkbenchError) {
        for path in [json, csv, html] {
            if let path { try OutputFile.prepare(path) }
        }
    }

    func write(_ comparison: ComparisonRecord) throws(WorkbenchError) {
        if let json { try OutputFile.write(comparison.encodedJSON(), to: json) }
        if let csv { try OutputFile.write(ComparisonCSV.text(comparison), to: csv) }
        if let html { try OutputFile.write(ComparisonPage(comparison).text, to: html) }
    }
}
