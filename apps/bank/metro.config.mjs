import { getDefaultConfig } from 'expo/metro-config.js'

const config = getDefaultConfig(import.meta.dirname)

// The packages of this checkout are used as they are written: no build comes before the build of the app.
config.resolver.unstable_conditionNames = ['keybound-source', ...config.resolver.unstable_conditionNames]

// A module is run when it is first used, so the first screen does not wait for what verifies receipts or drives phones.
config.transformer.getTransformOptions = async () => ({
  transform: { experimentalImportSupport: false, inlineRequires: true },
})

// A build that runs the conformance cases on a phone, in place of the bank (docs/device-only.md).
if (process.env.KEYBOUND_DEVICE_RUNNER === '1') {
  config.resolver.resolveRequest = (context, name, platform) =>
    context.resolveRequest(
      context,
      name === './app.tsx' ? '../device-runner/device-runner.tsx' : name,
      platform,
    )
}

export default config
