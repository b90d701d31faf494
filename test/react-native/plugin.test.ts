import { afterEach, describe, expect, test } from 'vitest'
import type { CertificatePins } from '../../packages/react-native/src/plugin/pins.ts'
import { keys, type NativeProject, nativeProject, type Template, today } from './native-project.ts'
import goldenPins from './pins-golden.json' with { type: 'json' }

const pins = {
  expires: '2027-11-26',
  hosts: [
    { host: 'api.bank.example', keys },
    { host: 'login.bank.example', keys, of: 'authority' as const },
  ],
}
const golden = goldenPins as { options: CertificatePins; android: object; ios: object }
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

function pinnedDomains(project: NativeProject): readonly string[] {
  const { NSPinnedDomains = {} } = Object(project.plist().NSAppTransportSecurity)
  return Object.keys(NSPinnedDomains)
}

/** A bare project with a network security configuration of its own. */
async function makeWithNetwork(inside: string): Promise<NativeProject> {
  const project = make('bare')
  project.write('main/res/xml/network.xml', `<network-security-config>${inside}</network-security-config>`)
  await project.editManifest((attributes) => {
    attributes['android:networkSecurityConfig'] = '@xml/network'
  })
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
    await project.apply({ pins: golden.options })
    // The Kotlin and the Swift read the same file in their tests.
    expect((await project.manifest()).metadata).toMatchObject(golden.android)
    expect(project.plist()).toMatchObject(golden.ios)
    for (const build of ['main', 'debug', 'debugOptimized']) {
      const config = project.read(`${build}/${network}`) ?? ''
      expect(config.match(/<pin digest="SHA-256">[^<]{44}<\/pin>/g)).toHaveLength(4)
      expect(config).toContain('<domain includeSubdomains="false">api.bank.example</domain>')
      // Android would open when it is over; the module refuses.
      expect(config).not.toContain('expiration')
    }
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
    expect(project.plist()).not.toHaveProperty('KeyboundPinnedHosts')
    expect(project.plist().NSAppTransportSecurity).not.toHaveProperty('NSPinnedDomains')
  })

  test('takes a single host back, and pins the others on', async () => {
    const project = make(template)
    await project.apply({ pins })
    expect(project.plist().KeyboundPinnedHosts).toEqual(['api.bank.example', 'login.bank.example'])
    await project.apply({ pins: { ...pins, hosts: pins.hosts.slice(0, 1) } })
    expect((await project.manifest()).metadata['dev.keybound.pins']).not.toContain('login')
    expect(project.read(`main/${network}`)).not.toContain('login')
    expect(project.plist().KeyboundPinnedHosts).toEqual(['api.bank.example'])
    expect(pinnedDomains(project)).toEqual(['api.bank.example'])
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

  const metro = '<domain-config cleartextTrafficPermitted="true"><domain>10.0.2.2</domain></domain-config>'
  const userAnchors = '<trust-anchors><certificates src="user"/></trust-anchors>'
  const overriding = '<trust-anchors><certificates src="@raw/own" overridePins="true"/></trust-anchors>'

  test('network security: pins are added to its file', async () => {
    const project = await makeWithNetwork(metro)
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
    ['cleartext for all in capitals', '<base-config cleartextTrafficPermitted="TRUE"/>', 'base-config'],
    [
      'authorities of the user for all',
      `<base-config>${userAnchors}</base-config>`,
      'src “user” in the base',
    ],
    ['anchors over pins for all', `<base-config>${overriding}</base-config>`, 'overridePins in the base'],
    [
      'authorities of the user for a pinned host',
      `<domain-config><domain>api.bank.example</domain>${userAnchors}</domain-config>`,
      'src “user” in the domain-config of api.bank.example',
    ],
    [
      'anchors over pins for a pinned host',
      `<domain-config><domain>api.bank.example</domain>${overriding}</domain-config>`,
      'overridePins in the domain-config of api.bank.example',
    ],
    [
      'authorities of the user around a pinned host',
      `<domain-config><domain>bank.example</domain>${userAnchors}
        <domain-config><domain>api.bank.example</domain></domain-config></domain-config>`,
      'src “user” in the domain-config of api.bank.example',
    ],
    [
      'a pinned host with others inside, which would be pinned too',
      `<domain-config><domain>api.bank.example</domain>
        <domain-config><domain>v1.api.bank.example</domain></domain-config></domain-config>`,
      'with other hosts',
    ],
    [
      'a pinned host twice',
      `<domain-config><domain>bank.example</domain><domain-config><domain>api.bank.example</domain></domain-config>
        </domain-config><domain-config><domain>api.bank.example</domain></domain-config>`,
      'second domain api.bank.example',
    ],
  ])('network security: %s is refused', async (_, inside, named) => {
    const project = await makeWithNetwork(inside + metro)
    await expect(project.apply({ pins })).rejects.toMatchObject({
      code: 'configuration_invalid',
      message: expect.stringContaining(named),
    })
  })

  test('network security: authorities of the user stay where no pin is weakened', async () => {
    const elsewhere = `<domain-config><domain>other.example</domain>${userAnchors}</domain-config>`
    const debug =
      '<debug-overrides><trust-anchors><certificates src="user" overridePins="true"/></trust-anchors>'
    const project = await makeWithNetwork(`${elsewhere}${debug}</debug-overrides>`)
    await project.apply({ pins })
    const config = project.read('main/res/xml/network.xml') ?? ''
    expect(config.match(/src="user"/g)).toHaveLength(2)

    const unpinned = await makeWithNetwork(`<base-config>${userAnchors}</base-config>`)
    await unpinned.apply()
    expect(unpinned.read('main/res/xml/network.xml')).toContain('src="user"')
  })

  test('network security: a nested host is pinned where it stands, and named once', async () => {
    const project = await makeWithNetwork(
      `<domain-config cleartextTrafficPermitted="true"><domain includeSubdomains="true">bank.example</domain>
        <domain-config><domain>api.bank.example</domain></domain-config></domain-config>`,
    )
    await project.apply({ pins })
    const once = project.snapshot()
    await project.apply({ pins })
    expect(project.snapshot()).toEqual(once)
    const config = project.read('main/res/xml/network.xml') ?? ''
    expect(config.match(/>api\.bank\.example</g)).toHaveLength(1)
    expect(config).toMatch(
      /bank\.example<\/domain>\s*<domain-config [^>]*="false">\s*<domain[^>]*>api\.[^<]*<\/domain>\s*<pin-set>/,
    )
  })

  test('network security: hosts listed no more lose our pins and nothing else', async () => {
    const pinSet = `<pin-set><pin digest="SHA-256">${'z'.repeat(43)}=</pin></pin-set>`
    const project = await makeWithNetwork(
      `${metro}<domain-config><domain>own.example</domain>${pinSet}</domain-config>
      <domain-config><domain>login.bank.example</domain>
        <trust-anchors><certificates src="@raw/own"/></trust-anchors></domain-config>
      <domain-config cleartextTrafficPermitted="true"><domain includeSubdomains="true">shop.example</domain>
        <domain-config cleartextTrafficPermitted="false"><domain>pay.shop.example</domain></domain-config>
      </domain-config>`,
    )
    const file = () => project.read('main/res/xml/network.xml') ?? ''
    const hosts = [...pins.hosts, { host: 'pay.shop.example', keys }]
    await project.apply({ pins: { ...pins, hosts } })
    expect(file().match(/<pin-set>/g)).toHaveLength(4)

    await project.apply({ pins: { ...pins, hosts: pins.hosts.slice(0, 1) } })
    expect(file().match(/<pin-set>/g)).toHaveLength(2)
    expect(file()).toContain('>login.bank.example<')
    await project.apply()
    expect(file()).not.toContain('api.bank.example')
    expect(file().match(/<pin-set>/g)).toHaveLength(1)
    expect(file()).toContain('<certificates src="@raw/own"/>')
    // Its domain-config keeps it from the cleartext that the one around permits.
    expect(file()).toMatch(
      /<domain-config cleartextTrafficPermitted="false">\s*<domain[^>]*>pay\.shop\.example</,
    )
  })

  test('network security: a host that the app pins itself from now on stays', async () => {
    const project = await makeWithNetwork(metro)
    await project.apply({ pins })
    const file = 'main/res/xml/network.xml'
    const [first = ''] = keys
    const other = `${'z'.repeat(43)}=`
    project.write(file, (project.read(file) ?? '').replace(first, other))
    await project.apply()
    expect(project.read(file)).toMatch(new RegExp(`api\\.bank\\.example</domain>[^]*${other}`))
    expect(project.read(file)).not.toContain('login.bank.example')
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

  test('Info.plist: a host listed no more is pinned no more, but by the app itself', async () => {
    const project = make('expo')
    project.editPlist((plist) => {
      plist.NSAppTransportSecurity = { NSPinnedDomains: { 'other.example': { NSIncludesSubdomains: false } } }
    })
    await project.apply({ pins })
    await project.apply({ pins: { ...pins, hosts: pins.hosts.slice(0, 1) } })
    expect(pinnedDomains(project)).toEqual(['other.example', 'api.bank.example'])
    const identities = keys.map((key) => ({ 'SPKI-SHA256-BASE64': key }))
    project.editPlist((plist) => {
      const own = { NSIncludesSubdomains: true, NSPinnedLeafIdentities: identities }
      plist.NSAppTransportSecurity = { NSPinnedDomains: { 'api.bank.example': own } }
    })
    await project.apply()
    expect(pinnedDomains(project)).toEqual(['api.bank.example'])
  })

  test('Info.plist: a host that app.json pins itself from now on stays', async () => {
    const project = make('expo')
    await project.apply({ pins })
    const NSPinnedDomains = {
      'api.bank.example': { NSIncludesSubdomains: false, NSPinnedLeafIdentities: [] },
    }
    const infoPlist = { NSAppTransportSecurity: { NSPinnedDomains } }
    await project.apply({}, { ios: { infoPlist } })
    expect(pinnedDomains(project)).toEqual(['api.bank.example'])
  })

  const insecure = { NSExceptionAllowsInsecureHTTPLoads: true }
  test.each<[string, string, object, RegExp]>([
    ['cleartext in capitals', 'API.Bank.Example', insecure, /InsecureHTTPLoads of API\.Bank\.Example/],
    [
      'cleartext for a domain above',
      'Bank.example',
      { ...insecure, NSIncludesSubdomains: true },
      /of Bank\.example.*covers api\.bank\.example/,
    ],
    ['TLS 1.0', 'api.bank.example', { NSExceptionMinimumTLSVersion: 'TLSv1.0' }, /Version TLSv1\.0 of api/],
    [
      'TLS 1.1 for a domain above',
      'example',
      { NSExceptionMinimumTLSVersion: 'TLSv1.1', NSIncludesSubdomains: true },
      /Version TLSv1\.1 of example/,
    ],
    [
      'cleartext by its older name',
      'api.bank.example',
      { NSThirdPartyExceptionAllowsInsecureHTTPLoads: true },
      /NSThirdPartyException/,
    ],
  ])('Info.plist: %s is refused for a pinned host', async (_, domain, exception, message) => {
    const project = make('expo')
    project.editPlist((plist) => {
      plist.NSAppTransportSecurity = { NSExceptionDomains: { [domain]: exception } }
    })
    const refused = expect.objectContaining({
      code: 'configuration_invalid',
      message: expect.stringMatching(message),
    })
    await expect(project.apply({ pins })).rejects.toEqual(refused)
  })

  test('Info.plist: exceptions that reach no pinned host, or weaken nothing, stay', async () => {
    const project = make('expo')
    const NSExceptionDomains = {
      'bank.example': insecure,
      'k.example': { ...insecure, NSIncludesSubdomains: true },
      'api.bank.example': {
        NSExceptionAllowsInsecureHTTPLoads: false,
        NSExceptionMinimumTLSVersion: 'TLSv1.3',
      },
    }
    project.editPlist((plist) => {
      plist.NSAppTransportSecurity = { NSExceptionDomains }
    })
    await project.apply({ pins })
    expect(project.plist().NSAppTransportSecurity).toMatchObject({ NSExceptionDomains })
  })

  test.each([
    'NSAllowsArbitraryLoads',
    'NSAllowsArbitraryLoadsInWebContent',
    'NSAllowsArbitraryLoadsForMedia',
  ])('Info.plist: %s is refused', async (key) => {
    const project = make('expo')
    project.editPlist((plist) => {
      plist.NSAppTransportSecurity = { [key]: true }
    })
    await expect(project.apply({ pins })).rejects.toThrow(new RegExp(`Unexpected ${key} in`))
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
