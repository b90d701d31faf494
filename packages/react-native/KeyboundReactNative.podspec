require "json"

package = JSON.parse(File.read(File.join(__dir__, "package.json")))

Pod::Spec.new do |s|
  s.name = "KeyboundReactNative"
  s.version = package["version"]
  s.summary = package["description"]
  s.license = package["license"]
  s.homepage = package["homepage"] || "https://keybound.example"
  s.authors = "The Keybound authors"
  s.platforms = { ios: "15.1" }
  s.source = { path: "." }
  s.source_files = "ios/**/*.{h,m,mm,swift}"
  s.exclude_files = "ios/Tests/**/*"
  s.private_header_files = "ios/**/*.h"
  s.swift_version = "5.9"
  s.frameworks = "LocalAuthentication", "Security", "DeviceCheck", "CryptoKit", "CryptoTokenKit", "UIKit"
  s.pod_target_xcconfig = { "DEFINES_MODULE" => "YES" }
  install_modules_dependencies(s)
end
