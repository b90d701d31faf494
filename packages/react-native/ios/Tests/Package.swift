// swift-tools-version:5.9
// Builds the module's own Swift, unchanged, on Linux: against modules that have the names and signatures of Apple's and
// ask a model of the phone. The lane (scripts/ios) puts the sources into Product/ and checks the signatures.
import PackageDescription

let strict: [SwiftSetting] = [.unsafeFlags(["-warnings-as-errors"])]

func fake(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: dependencies, path: "Fakes/\(name)")
}

let system: [Target.Dependency] = [
  "Security", "LocalAuthentication", "CryptoKit", "CryptoTokenKit", "DeviceCheck", "UIKit",
]

let package = Package(
  name: "KeyboundReactNative",
  targets: [
    .target(
      name: "CFakeCrypto", path: "Fakes/CFakeCrypto", linkerSettings: [.linkedLibrary("crypto")]),
    fake("FakeSystem", ["CFakeCrypto"]),
    fake("Security", ["FakeSystem"]),
    fake("LocalAuthentication", ["FakeSystem"]),
    fake("CryptoKit", ["FakeSystem"]),
    fake("CryptoTokenKit"),
    fake("DeviceCheck", ["FakeSystem"]),
    fake("UIKit"),
    .target(name: "KeyboundReactNative", dependencies: system, path: "Product", swiftSettings: strict),
    .executableTarget(name: "Harness", dependencies: ["KeyboundReactNative", "FakeSystem"], path: "Harness"),
    .testTarget(
      name: "KeyboundTests", dependencies: ["KeyboundReactNative", "FakeSystem"] + system, path: "Unit"),
  ]
)
