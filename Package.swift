// swift-tools-version: 6.1
import PackageDescription

/// A module of Latent and its tests. Imports only point down the list of targets below.
func module(_ name: String, _ dependencies: [Target.Dependency], fixtures: Bool = false) -> [Target] {
    [
        .target(name: name, dependencies: dependencies),
        .testTarget(
            name: "\(name)Tests", dependencies: [.byName(name: name)] + dependencies, resources: fixtures ? [.copy("Fixtures")] : []),
    ]
}

/// A C library of the system, reached by one module only.
func system(_ name: String, pkgConfig: String?, apt package: String) -> Target {
    .systemLibrary(name: name, pkgConfig: pkgConfig, providers: [.apt([package])])
}

let package = Package(
    name: "Latent",
    products: [
        .executable(name: "latent", targets: ["latent"]),
        .library(name: "Latent", targets: ["Sessions"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0")
    ],
    targets: [
        .executableTarget(
            name: "latent",
            dependencies: [
                "Repl", "JupyterKernel", "Notebooks", "Sessions",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),
        .executableTarget(
            name: "latent-bench",
            dependencies: [
                "Layers", "Tensors", "Graphs", "Models", "Distributions",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),
    ]
        + module("Repl", ["Sessions", "Diagnostics", "Displays", "CEdit"])
        + module("JupyterKernel", ["Sessions", "Diagnostics", "Displays", "Datasets", "Notebooks", "CZeroMQ", "CSodium"])
        + module("Notebooks", ["Sessions", "Diagnostics", "Displays", "Datasets"])
        + module("Sessions", ["StandardLibrary", "Datasets", "Language", "Tensors", "Syntax", "Diagnostics", "Displays"])
        + module(
            "StandardLibrary",
            ["Language", "Layers", "Models", "Distributions", "Tensors", "Syntax", "Diagnostics", "Displays", "Datasets"])
        + module("Language", ["Layers", "Models", "Distributions", "Tensors", "Syntax", "Diagnostics", "Displays"])
        + module("Models", ["Layers", "Distributions", "Tensors", "Diagnostics", "Displays"])
        + module("Layers", ["Tensors", "Graphs", "Diagnostics", "Datasets"], fixtures: true)
        + module("Distributions", ["Tensors", "Diagnostics"])
        + module("Tensors", ["Graphs", "Diagnostics", "Kernels", "COneDNN", "COpenBLAS"])
        + module("Graphs", ["Diagnostics"])
        + module("Syntax", ["Diagnostics"])
        + module("Diagnostics", [])
        + module("Displays", ["CPangoCairo"])
        + module("Datasets", ["EmbeddedData", "CZlib"])
        + [
            .target(name: "EmbeddedData", exclude: ["data"]),
            .target(name: "Kernels"),
            .testTarget(name: "KernelsTests", dependencies: ["Kernels"]),
            system("COneDNN", pkgConfig: nil, apt: "libdnnl-dev"),
            system("CEdit", pkgConfig: "libedit", apt: "libedit-dev"),
            system("CZeroMQ", pkgConfig: "libzmq", apt: "libzmq3-dev"),
            system("CSodium", pkgConfig: "libsodium", apt: "libsodium-dev"),
            system("CPangoCairo", pkgConfig: "pangocairo", apt: "libpango1.0-dev"),
            system("COpenBLAS", pkgConfig: "openblas", apt: "libopenblas-dev"),
            system("CZlib", pkgConfig: "zlib", apt: "zlib1g-dev"),
        ],
    swiftLanguageModes: [.v6]
)
