#!/usr/bin/env node
// The command of bare React Native apps: Expo runs the config plugin by itself, here it is run on android/ and ios/ as they
// are. Its options stand under "keybound" in app.json.
import { cpSync, existsSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const usage = `keybound-native apply   writes backup rules, cleartext off, pins and texts into android/ and ios/
keybound-native check   fails where they are not there, or where pins expire too soon; for CI, before each build`
/** All that the plugin reads and writes. */
const touched = ['android/app/src/*/AndroidManifest.xml', 'android/app/src/*/res/xml/*.xml', 'ios/*/*.plist']
const readOnly = ['ios/*.xcodeproj/project.pbxproj', 'android/app/build.gradle']

async function main([command, ...rest]) {
  if (['help', '--help', '-h'].includes(command)) {
    console.log(usage)
    return 0
  }
  if (rest.length > 0 || !['apply', 'check'].includes(command)) {
    console.error(usage)
    return 2
  }
  const folder = process.cwd()
  if (command === 'apply') {
    await apply(folder, folder)
    return 0
  }
  const missing = await difference(folder)
  if (missing.length === 0) return 0
  console.error(`Unexpected ${missing.join(', ')}, expected as app.json says. Run: npx keybound-native apply`)
  return 1
}

/** Runs the plugin on the native projects in `folder`, for the app in `project`. */
async function apply(folder, project) {
  const { name, keybound } = readApp(project)
  const platforms = ['android', 'ios'].filter((platform) => existsSync(join(folder, platform)))
  if (platforms.length === 0)
    throw new Error('Unexpected folder without android/ and ios/. Run it in that of the app.')
  const { applyToNativeProjects } = await import('#plugin')
  await applyToNativeProjects({ folder, name, platforms }, keybound, { now: Date.now })
}

/** app.json, in which a bare app has its name and the options. Refuses options that stand where only Expo reads them. */
function readApp(project) {
  const path = join(project, 'app.json')
  if (!existsSync(path)) throw new Error(`Unexpected absence of ${path}. Run it in the folder of the app.`)
  let app
  try {
    app = JSON.parse(readFileSync(path, 'utf8'))
  } catch (error) {
    throw new Error(`Unexpected text in ${path}, expected JSON: ${error.message}`)
  }
  const ours = (plugin) => [plugin].flat()[0] === '@keybound/react-native'
  if (app?.keybound === undefined && [app?.expo?.plugins ?? []].flat().some(ours)) {
    throw new Error(
      `Unexpected @keybound/react-native in expo.plugins of ${path}, which this command does not read. Where expo prebuild ` +
        'makes android/ and ios/ it writes all that is needed; elsewhere put the options under "keybound".',
    )
  }
  return Object(app)
}

/** Files that would change, from the folder of the app. Nothing is written there. */
async function difference(project) {
  const copy = mkdtempSync(join(tmpdir(), 'keybound-native-'))
  try {
    for (const path of globSync([...touched, ...readOnly], { cwd: project })) {
      cpSync(join(project, path), join(copy, path), { recursive: true })
    }
    await apply(copy, project)
    const read = (from, path) => existsSync(join(from, path)) && readFileSync(join(from, path), 'utf8')
    return globSync(touched, { cwd: copy })
      .sort()
      .filter((path) => read(copy, path) !== read(project, path))
  } finally {
    rmSync(copy, { recursive: true })
  }
}

main(process.argv.slice(2)).then(
  (status) => {
    process.exitCode = status
  },
  (error) => {
    const advice = /Cannot find package '@expo\/config-plugins'/.test(error.message)
    console.error(
      advice ? 'Install what it needs: npm install --save-dev @expo/config-plugins@57' : error.message,
    )
    process.exitCode = 1
  },
)
