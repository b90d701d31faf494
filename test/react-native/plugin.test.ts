import { afterEach, describe, expect, test } from 'vitest'
import { keys, type NativeProject, nativeProject, type Template, today } from './native-project.ts'

const pins = {
  expires: '2027-11-26',
  hosts: [
    { host: 'api.bank.example', keys },
    { host: 'login.bank.example', keys, of: 'authority' as const },
  ],
}
const network = 'res/xml/keybound_network_security_config.xml'

const projects: NativeProject[] = []
afterEach(() => {
  for (const project of projects.splice(0)) project.remove()
})

function make(template: Template): NativeProject {
  const project = nativeProject(template)
  projects.push(project)
  return project
}

describe.each(['expo', 'bare'] as const)('on the native projects of the %s template', (template) => {
  test('keeps the files of the module out of backups and transfers', async () => {
    const project = make(template)
    await project.apply()
    const { attributes } = await project.manifest()
    expect(attributes['android:fullBackupContent']).toBe('@xml/keybound_backup_rules')
    expect(attributes['android:dataExtractionRules']).toBe('@xml/keybound_data_extraction_rules')
    const exclusion = '<exclude domain="root" path="no_backup/keybound/"/>'
    expect(project.read('main/res/xml/keybound_backup_rules.xml')).toContain(exclusion)
    const extraction = project.read('main/res/xml/keybound_data_extraction_rules.xml') ?? ''
    for (const way of ['cloud-backup', 'device-transfer']) {
      expect(extraction).toMatch(new RegExp(`<${way}>\\s*${exclusion}\\s*</${way}>`))
    }
  })

  test('C04: permits no cleartext, but to Metro in builds of development', async () => {
    const project = make(template)
    await project.apply()
    const { attributes } = await project.manifest()
    expect(attributes['android:usesCleartextTraffic']).toBe('false')
    expect(attributes['android:networkSecurityConfig']).toBe('@xml/keybound_network_security_config')
    expect(project.read(`main/${network}`)).toContain('<base-config cleartextTrafficPermitted="false"/>')
    for (const build of ['debug', 'debugOptimized']) {
      expect(project.read(`${build}/${network}`)).toContain('<base-config cleartextTrafficPermitted="true"/>')
    }
    expect(project.plist().NSAppTransportSecurity).toEqual({
      NSAllowsArbitraryLoads: false,
      NSAllowsLocalNetworking: true,
    })
  })

  test('writes pins where the systems enforce them and where the module reads them', async () => {
    const project = make(template)
    await project.apply({ pins })
    // Seconds until the end of the last day; without an `expiration` that would make Android open.
    const { metadata } = await project.manifest()
    const end = Date.UTC(2027, 10, 27) / 1000
    expect(metadata['dev.keybound.pins']).toBe(
      `expires=${end};api.bank.example ${keys.join(' ')};login.bank.example ${keys.join(' ')}`,
    )
    for (const build of ['main', 'debug', 'debugOptimized']) {
      const config = project.read(`${build}/${network}`) ?? ''
      expect(config.match(/<pin digest="SHA-256">[^<]{44}<\/pin>/g)).toHaveLength(4)
      expect(config).toContain('<domain includeSubdomains="false">api.bank.example</domain>')
      expect(config).not.toContain('expiration')
    }
    const identities = keys.map((key) => ({ 'SPKI-SHA256-BASE64': key }))
    expect(project.plist().KeyboundPinExpiry).toBe('2027-11-26')
    expect(project.plist().NSAppTransportSecurity).toMatchObject({
      NSPinnedDomains: {
        'api.bank.example': { NSIncludesSubdomains: false, NSPinnedLeafIdentities: identities },
        'login.bank.example': { NSIncludesSubdomains: false, NSPinnedCAIdentities: identities },
      },
    })
  })

  test('says what Face ID is for, and covers the app, unless the app says otherwise', async () => {
    const project = make(template)
    await project.apply()
    expect(project.plist().NSFaceIDUsageDescription).toBe('Sign in and approve payments with your face.')
    expect(project.plist().KeyboundScreenPrivacy).toBe(true)
    expect((await project.manifest()).metadata['dev.keybound.screenPrivacy']).toBe('true')

    await project.apply({ faceIdText: 'Mit dem Gesicht anmelden.', screenPrivacy: false })
    expect(project.plist().NSFaceIDUsageDescription).toBe('Mit dem Gesicht anmelden.')
    expect(project.plist().KeyboundScreenPrivacy).toBe(false)
    expect((await project.manifest()).metadata['dev.keybound.screenPrivacy']).toBe('false')
    await project.apply()
    expect(project.plist().NSFaceIDUsageDescription).toBe('Mit dem Gesicht anmelden.')
  })

  test('changes nothing the second time', async () => {
    const project = make(template)
    await project.apply({ pins })
    const once = project.snapshot()
    await project.apply({ pins })
    expect(project.snapshot()).toEqual(once)
  })

  test('takes pins back that the options name no more', async () => {
    const project = make(template)
    await project.apply({ pins })
    await project.apply()
    expect((await project.manifest()).metadata).not.toHaveProperty(['dev.keybound.pins'])
    expect(project.read(`main/${network}`)).not.toContain('pin')
    expect(project.plist()).not.toHaveProperty('KeyboundPinExpiry')
  })
})

describe('what the app says itself stays', () => {
  test('backup rules: ours are added to its file', async () => {
    const project = make('bare')
    project.write(
      'main/res/xml/own_rules.xml',
      `<data-extraction-rules><cloud-backup disableIfNoEncryptionCapabilities="true">
        <exclude domain="database" path="cache.db"/></cloud-backup></data-extraction-rules>`,
    )
    project.write(
      'main/res/xml/own_backup.xml',
      '<full-backup-content><include domain="sharedpref" path="."/></full-backup-content>',
    )
    await project.editManifest((attributes) => {
      attributes['android:dataExtractionRules'] = '@xml/own_rules'
      attributes['android:fullBackupContent'] = '@xml/own_backup'
    })
    await project.apply()
    await project.apply()
    const rules = project.read('main/res/xml/own_rules.xml') ?? ''
    expect(rules).toContain('<cloud-backup disableIfNoEncryptionCapabilities="true">')
    expect(rules).toContain('<exclude domain="database" path="cache.db"/>')
    expect(rules.match(/no_backup\/keybound/g)).toHaveLength(2)
    expect(rules).toContain('<device-transfer>')
    // What it includes leaves ours out already: nothing is to be said.
    expect(project.read('main/res/xml/own_backup.xml')).not.toContain('keybound')
    expect(project.read('main/res/xml/keybound_backup_rules.xml')).toBeUndefined()
  })

  test('backup rules of a library: they are left alone', async () => {
    const project = make('expo')
    await project.editManifest((attributes) => {
      attributes['android:fullBackupContent'] = '@xml/secure_store_backup_rules'
    })
    await project.apply()
    const { attributes } = await project.manifest()
    expect(attributes['android:fullBackupContent']).toBe('@xml/secure_store_backup_rules')
    expect(project.read('main/res/xml/secure_store_backup_rules.xml')).toBeUndefined()
  })

  const ownNetwork = (inside: string) =>
    `<network-security-config>${inside}<domain-config cleartextTrafficPermitted="true">
      <domain>10.0.2.2</domain></domain-config></network-security-config>`

  test('network security: pins are added to its file', async () => {
    const project = make('bare')
    project.write('main/res/xml/network.xml', ownNetwork(''))
    await project.editManifest((attributes) => {
      attributes['android:networkSecurityConfig'] = '@xml/network'
    })
    await project.apply({ pins })
    const once = project.snapshot()
    await project.apply({ pins })
    expect(project.snapshot()).toEqual(once)
    const config = project.read('main/res/xml/network.xml') ?? ''
    expect(config).toContain('<domain>10.0.2.2</domain>')
    expect(config).toContain('<base-config cleartextTrafficPermitted="false"/>')
    expect(config.match(/<pin /g)).toHaveLength(4)
  })

  test.each([
    ['cleartext for all', '<base-config cleartextTrafficPermitted="true"/>', 'base-config'],
    [
      'a pinned host among others',
      '<domain-config><domain>a.example</domain><domain>api.bank.example</domain></domain-config>',
      'api.bank.example',
    ],
    [
      'cleartext to a pinned host',
      '<domain-config cleartextTrafficPermitted="true"><domain>API.bank.example</domain></domain-config>',
      'api.bank.example',
    ],
  ])('network security: %s is refused', async (_, inside, named) => {
    const project = make('bare')
    project.write('main/res/xml/network.xml', ownNetwork(inside))
    await project.editManifest((attributes) => {
      attributes['android:networkSecurityConfig'] = '@xml/network'
    })
    await expect(project.apply({ pins })).rejects.toMatchObject({
      code: 'configuration_invalid',
      message: expect.stringContaining(named),
    })
  })

  test('network security of a library is refused: pins could not be added', async () => {
    const project = make('bare')
    await project.editManifest((attributes) => {
      attributes['android:networkSecurityConfig'] = '@xml/of_a_library'
    })
    await expect(project.apply()).rejects.toMatchObject({ code: 'configuration_invalid' })
  })

  test('Info.plist: pins and exceptions of other hosts stay, contradictions are refused', async () => {
    const project = make('expo')
    project.editPlist((plist) => {
      plist.NSAppTransportSecurity = {
        NSPinnedDomains: { 'other.example': { NSPinnedLeafIdentities: [] } },
        NSExceptionDomains: { 'old.example': { NSExceptionAllowsInsecureHTTPLoads: true } },
      }
    })
    await project.apply({ pins })
    expect(project.plist().NSAppTransportSecurity).toMatchObject({
      NSPinnedDomains: { 'other.example': { NSPinnedLeafIdentities: [] }, 'api.bank.example': {} },
      NSExceptionDomains: { 'old.example': { NSExceptionAllowsInsecureHTTPLoads: true } },
    })

    const hosts = [{ host: 'old.example', keys }]
    const contradicting = project.apply({ pins: { ...pins, hosts } })
    await expect(contradicting).rejects.toMatchObject({ code: 'configuration_invalid' })
    project.editPlist((plist) => {
      plist.NSAppTransportSecurity = { NSAllowsArbitraryLoads: true }
    })
    await expect(project.apply()).rejects.toThrow(/NSAllowsArbitraryLoads/)
  })
})

describe('C05: pins that expire fail the build', () => {
  test.each([
    ['are over', '2026-11-25', undefined, /it is over/],
    ['end today', '2026-11-26', undefined, /1 days are left/],
    ['end too soon', '2026-12-24', undefined, /29 days are left, expected at least 30/],
    ['end before what the app asks for', '2027-02-01', 90, /expected at least 90/],
  ])('%s', async (_, expires, minimumDays, message) => {
    const given = { ...pins, expires, ...(minimumDays && { minimumDays }) }
    await expect(make('bare').apply({ pins: given })).rejects.toThrow(message)
  })

  test('and hold on the last day that is late enough', async () => {
    const project = make('bare')
    await project.apply({ pins: { ...pins, expires: '2026-12-25' } }, {}, today)
    expect(project.plist().KeyboundPinExpiry).toBe('2026-12-25')
  })
})
