// swift-tools-version: 6.1
import Foundation
import PackageDescription

// Unicorn's archive where there is one: the program then starts sooner and stands alone.
// KINGLET_UNICORN=static|dynamic decides instead; see Sources/CUnicorn/README.md.
let unicornArchives = [
    "/usr/lib/x86_64-linux-gnu/libunicorn.a",
    "/usr/lib/aarch64-linux-gnu/libunicorn.a",
]
let requestedLinking = Context.environment["KINGLET_UNICORN"]
let usesStaticUnicorn =
    requestedLinking == "static"
    || (requestedLinking == nil
        && unicornArchives.contains(where: FileManager.default.fileExists(atPath:)))
let unicornLinking: [LinkerSetting] =
    usesStaticUnicorn
    ? [.linkedLibrary(":libunicorn.a"), .linkedLibrary("m"), .linkedLibrary("pthread")]
    : [.linkedLibrary("unicorn")]

// SwiftPM refuses unsafe flags in a package that another takes by version, which it checks out here.
let isVersionedDependency =
    URL(filePath: Context.packageDirectory).deletingLastPathComponent().lastPathComponent
    == "checkouts"
// Frames would cost the block hook three host instructions per block of the firmware.
let unicornSettings: [CSetting] =
    (isVersionedDependency ? [] : [.unsafeFlags(["-momit-leaf-frame-pointer"])])
    + (usesStaticUnicorn ? [.define("KINGLET_STATIC_UNICORN")] : [])

let argumentParser = Target.Dependency.product(
    name: "ArgumentParser", package: "swift-argument-parser")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")

let package = Package(
    name: "Kinglet",
    products: [
        .executable(name: "kinglet", targets: ["kinglet"]),
        .library(name: "RunModel", targets: ["RunModel"]),
        .library(name: "KingletTesting", targets: ["KingletTesting"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: [
        .target(name: "CMemorySystem"),
        .target(
            name: "CUnicorn", dependencies: ["CMemorySystem"], exclude: ["README.md"],
            cSettings: unicornSettings, linkerSettings: unicornLinking),
        .systemLibrary(name: "CNettle", providers: [.apt(["nettle-dev"])]),
        .target(name: "Emulation", dependencies: ["CUnicorn", "CMemorySystem"]),
        .target(name: "ThumbISA"),
        .target(name: "Timing", dependencies: ["CMemorySystem", "ThumbISA"]),
        .target(name: "Suggestions"),
        .target(name: "StrictYAML", dependencies: ["Suggestions", yams]),
        .target(name: "FirmwareImage", dependencies: ["Suggestions"]),
        .target(
            name: "CortexM",
            dependencies: ["Emulation", "ThumbISA", "Timing", "FirmwareImage", "StrictYAML"],
            resources: [
                .embedInCode("Boards/nrf52840.yaml"),
                .embedInCode("Boards/nucleo-f767zi.yaml"),
                .embedInCode("Boards/nucleo-h743zi.yaml"),
                .embedInCode("Boards/nucleo-l4r5zi.yaml"),
                .embedInCode("Boards/stm32f407g-disc1.yaml"),
                .embedInCode("Boards/stm32f746g-disco.yaml"),
            ]),
        .target(name: "RunModel"),
        .target(name: "MemoryPlanner"),
        .target(
            name: "Workbench",
            dependencies: [
                "CortexM", "Emulation", "FirmwareEmitter", "FirmwareImage", "MemoryPlanner",
                "RunModel", "Scenarios", "StrictYAML", "Suggestions", "TensorGraph", "Timing",
                "TrainingCompiler", "CNettle",
            ]),
        .target(name: "Scenarios", dependencies: ["RunModel", "StrictYAML", "Suggestions"]),
        .target(name: "Reports", dependencies: ["RunModel", "Scenarios"]),
        .target(name: "TensorGraph"),
        .target(
            name: "TrainingCompiler", dependencies: ["MemoryPlanner", "StrictYAML", "TensorGraph"],
            resources: [
                .embedInCode("Networks/mbv2-w0.35.yaml"),
                .embedInCode("Networks/mcunet-5fps.yaml"),
                .embedInCode("Networks/proxyless-w0.3.yaml"),
                .embedInCode("Schemes/mbv2-123kb.yaml"),
                .embedInCode("Schemes/mbv2-138kb.yaml"),
                .embedInCode("Schemes/mbv2-49kb.yaml"),
                .embedInCode("Schemes/mbv2-73kb.yaml"),
                .embedInCode("Schemes/mbv2-99kb.yaml"),
                .embedInCode("Schemes/mcunet-124kb.yaml"),
                .embedInCode("Schemes/mcunet-148kb.yaml"),
                .embedInCode("Schemes/mcunet-49kb.yaml"),
                .embedInCode("Schemes/mcunet-74kb.yaml"),
                .embedInCode("Schemes/mcunet-99kb.yaml"),
                .embedInCode("Schemes/proxyless-120kb.yaml"),
                .embedInCode("Schemes/proxyless-148kb.yaml"),
                .embedInCode("Schemes/proxyless-49kb.yaml"),
                .embedInCode("Schemes/proxyless-74kb.yaml"),
                .embedInCode("Schemes/proxyless-98kb.yaml"),
            ]),
        .target(
            name: "FirmwareEmitter",
            dependencies: ["MemoryPlanner", "TensorGraph", "TrainingCompiler"]),
        .target(
            name: "KingletCommands",
            dependencies: [
                "CortexM", "FirmwareEmitter", "FirmwareImage", "MemoryPlanner", "Reports",
                "RunModel", "Scenarios", "StrictYAML", "Suggestions", "TensorGraph", "Timing",
                "TrainingCompiler", "Workbench", argumentParser,
            ]),
        .executableTarget(name: "kinglet", dependencies: ["KingletCommands"]),
        .target(
            name: "KingletTesting",
            dependencies: [
                "CortexM", "Reports", "RunModel", "Scenarios", "Suggestions", "Workbench",
            ]),
        .target(name: "TestSupport"),
        .executableTarget(
            name: "kinglet-bench", dependencies: ["Emulation", "FirmwareImage", "TestSupport"],
            path: "Benchmarks"),
        .testTarget(
            name: "EmulationTests", dependencies: ["CMemorySystem", "Emulation", "TestSupport"]),
        .testTarget(name: "ThumbISATests", dependencies: ["ThumbISA", "TestSupport"]),
        .testTarget(name: "TimingTests", dependencies: ["Timing", "ThumbISA", "TestSupport"]),
        .testTarget(
            name: "ScenariosTests",
            dependencies: ["RunModel", "Scenarios", "StrictYAML", "TestSupport"]),
        .testTarget(name: "StrictYAMLTests", dependencies: ["StrictYAML"]),
        .testTarget(name: "FirmwareImageTests", dependencies: ["FirmwareImage", "TestSupport"]),
        .testTarget(name: "CortexMTests", dependencies: ["CortexM", "TestSupport"]),
        .testTarget(
            name: "RunModelTests", dependencies: ["RunModel", "TestSupport"],
            exclude: ["Snapshots"]),
        .testTarget(
            name: "MemoryPlannerTests", dependencies: ["MemoryPlanner", "TestSupport"],
            exclude: ["Snapshots"]),
        .testTarget(
            name: "WorkbenchTests",
            dependencies: [
                "CortexM", "FirmwareImage", "RunModel", "Scenarios", "Timing", "Workbench",
                "TestSupport",
            ]),
        .testTarget(
            name: "ReportsTests",
            dependencies: ["Reports", "RunModel", "Scenarios", "TestSupport"],
            exclude: ["Snapshots"]),
        .testTarget(
            name: "TensorGraphTests", dependencies: ["TensorGraph", "TestSupport"],
            exclude: ["Goldens"]),
        .testTarget(
            name: "TrainingCompilerTests",
            dependencies: ["MemoryPlanner", "TensorGraph", "TestSupport", "TrainingCompiler"]),
        .testTarget(
            name: "FirmwareEmitterTests",
            dependencies: [
                "FirmwareEmitter", "MemoryPlanner", "TensorGraph", "TestSupport",
                "TrainingCompiler",
            ], exclude: ["Snapshots"]),
        .testTarget(
            name: "KingletTestingTests",
            dependencies: ["CortexM", "KingletTesting", "Scenarios", "TestSupport"]),
        .testTarget(
            name: "CommandTests",
            dependencies: [
                "CortexM", "KingletCommands", "RunModel", "Workbench", "TestSupport",
                argumentParser,
            ], exclude: ["Snapshots"]),
        .testTarget(
            name: "EndToEndTests",
            dependencies: [
                "CortexM", "FirmwareEmitter", "MemoryPlanner", "RunModel", "TestSupport", "Timing",
                "TrainingCompiler",
                "Workbench",
            ], exclude: ["Snapshots"]),
    ],
    swiftLanguageModes: [.v6]
)

// One place for the feature flags that every Swift target of this package builds with.
let cTargets = ["CMemorySystem", "CUnicorn"]
for target in package.targets where target.type != .system && !cTargets.contains(target.name) {
    target.swiftSettings = [
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("MemberImportVisibility"),
    ]
}
