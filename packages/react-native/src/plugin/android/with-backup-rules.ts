import { AndroidConfig, WarningAggregator, withAndroidManifest } from '@expo/config-plugins'
import type { ExpoConfig } from '../expo-config.ts'
import { withoutOursInBackup, withoutOursInExtraction } from './backup-rules.ts'
import { resourceName, type XmlDocument, type XmlResources, xmlResources } from './resources.ts'

/** One attribute of the manifest, the file it leads to where the app has none, and what becomes of its rules. */
const rules = [
  ['android:fullBackupContent', 'keybound_backup_rules', withoutOursInBackup],
  ['android:dataExtractionRules', 'keybound_data_extraction_rules', withoutOursInExtraction],
] as const

/** Keeps the files of the module out of backups and transfers to other phones; an app's own rules stay. */
export function withBackupRules(app: ExpoConfig): ExpoConfig {
  return withAndroidManifest(app, async (config) => {
    const { $: attributes } = AndroidConfig.Manifest.getMainApplicationOrThrow(config.modResults)
    const { platformProjectRoot, introspect } = config.modRequest
    for (const [attribute, ownName, exclude] of rules) {
      const given = attributes[attribute]
      attributes[attribute] ??= `@xml/${ownName}`
      if (introspect) continue
      const name = resourceName(attributes[attribute])
      const files = xmlResources(platformProjectRoot, 'main')
      const merged = name !== undefined && (await merge(files, name, name === ownName, exclude))
      if (!merged) warn(attribute, given)
    }
    return config
  })
}

/** False where the rules are not a file of the app. */
async function merge(
  files: XmlResources,
  name: string,
  isOurs: boolean,
  exclude: (rules: XmlDocument | undefined) => XmlDocument,
): Promise<boolean> {
  const found = await files.read(name)
  if (found === undefined && !isOurs) return false
  const merged = exclude(found)
  if (JSON.stringify(merged) !== JSON.stringify(found)) await files.write(name, merged)
  return true
}

/** Rules of a library, or a mere `true`: nothing is lost, since Android takes no backup of the folder. */
function warn(attribute: string, given: string | undefined): void {
  WarningAggregator.addWarningAndroid(
    attribute,
    `${attribute} is ${given}, which is no file of this app, and stays as it is. Keybound's files lie below ` +
      'no_backup, where Android takes none from. To exclude them by name too, copy the rules into res/xml of the app.',
  )
}
