// swift-tools-version: 6.1
import PackageDescription

// Where Kinglet is fetched from; a project of your own has its address here.
let kinglet = Context.environment["KINGLET_URL"] ?? "../../../kinglet"

let package = Package(
    name: "FirmwareBudgets",
    dependencies: [.package(url: kinglet, from: "0.1.0")],
    targets: [
        .testTarget(
            name: "FirmwareBudgetTests",
            dependencies: [.product(name: "KingletTesting", package: "kinglet")])
    ],
    swiftLanguageModes: [.v6]
)
