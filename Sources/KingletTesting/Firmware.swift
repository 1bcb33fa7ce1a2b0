// SPDX-License-Identifier: GPL-2.0-or-later
public import Foundation

/// A firmware image, and how a test wants it to run.
///
/// ```swift
/// let record = try await Firmware("app.elf").run(on: .nrf52840)
/// #expect(record.sram.peak <= .kibibytes(256))
/// ```
public struct Firmware: Sendable {
    /// ELF or Intel HEX file. A relative path starts at the current folder, which is the package's under
    /// `swift test`.
    public var path: String
    /// The command line that the firmware can ask for (semihosting SYS_GET_CMDLINE).
    public var arguments: String
    /// The one folder that the firmware may open files in, through semihosting; nil forbids all.
    public var files: String?
    /// Every call of this function is a training step; nil takes the firmware's own marks.
    public var stepSymbol: String?
    /// Parts of the program to measure at every passage: `FROM..TO`, two symbols or `0x` addresses.
    public var regions: [String]
    /// The run ends when this symbol (or `0x` address) is about to execute.
    public var until: String?
    /// The run ends after this many cycles: the same image always ends at the same place.
    public var mostCycles: Cycles?
    /// The run ends after this much time on this machine: a net, so that no test hangs.
    public var timeout: Duration
    /// What reports call the run; nil takes the image's file name.
    public var name: String?
    /// What the firmware prints, as it comes, on the run's thread.
    public var console: (@Sendable (String) -> Void)?

    /// Nothing is read before the run.
    public init(
        _ path: String, arguments: String = "", files: String? = nil, stepSymbol: String? = nil,
        regions: [String] = [], until: String? = nil, mostCycles: Cycles? = nil,
        timeout: Duration = .seconds(300), name: String? = nil,
        console: (@Sendable (String) -> Void)? = nil
    ) {
        self.path = path
        self.arguments = arguments
        self.files = files
        self.stepSymbol = stepSymbol
        self.regions = regions
        self.until = until
        self.mostCycles = mostCycles
        self.timeout = timeout
        self.name = name
        self.console = console
    }

    /// An image that is a resource of the test target: `Bundle.module.url(forResource:…)`.
    public init(_ url: URL) { self.init(url.path) }
}
