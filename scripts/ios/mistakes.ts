import type { Mistake } from '../native/mistake.ts'

/** Each must turn the lane red. */
export const mistakes: readonly Mistake[] = [
  {
    name: 'a misspelt function',
    file: 'Product/Keys/KeyStore.swift',
    from: 'SecKeyCreateSignature(',
    to: 'SecKeyCreateSignatur(',
    seenBy: 'compiler',
  },
  {
    name: 'a property that LAContext has not',
    file: 'Product/Prompt/PromptOwner.swift',
    from: 'context.localizedReason',
    to: 'context.localizedReasonText',
    seenBy: 'compiler',
  },
  {
    name: 'a key that survives a new finger',
    file: 'Product/Keys/KeySpecification.swift',
    from: '(_, .currentSet): flags.insert(.biometryCurrentSet)',
    to: '(_, .currentSet): flags.insert(.biometryAny)',
  },
  {
    name: 'a protection that needs no passcode',
    file: 'Product/Keys/KeySpecification.swift',
    from: ': kSecAttrAccessibleWhenPasscodeSetThisDeviceOnly',
    to: ': kSecAttrAccessibleWhenUnlocked',
  },
  {
    name: 'signing and sealing swapped',
    file: 'Product/Hardware/VaultMethods.swift',
    from: 'try pairs.make(try $0.text(0), context: try $0.text(1))',
    to: 'try pairs.make(try $0.text(1), context: try $0.text(0))',
    cases: ['V01'],
  },
  {
    name: 'a prompt that never settles',
    file: 'Product/Prompt/PromptOwner.swift',
    from: '      context.invalidate()\n      once.settle(result)',
    to: '      context.invalidate()',
    seenBy: 'compiler',
    cases: ['V01'],
  },
  {
    name: 'a key that is not looked at after it was made',
    file: 'Product/Keys/KeyMeasurement.swift',
    from: '    case (.proof, .free), (.signing, .guarded), (.sealing, .guarded): return level',
    to: '    case (.proof, .free), (.signing, _), (.sealing, _): return level',
    seenBy: 'compiler',
    cases: ['all'],
  },
  {
    name: 'a key that does what another role is for',
    file: 'Product/Keys/KeyStore.swift',
    from: 'guard record.role == role else',
    to: 'guard record.role == role || role != .sealing else',
    cases: ['S07'],
  },
  {
    name: 'a number of the system that is dropped',
    file: 'Product/Errors/SystemErrors.swift',
    from: 'Try again later.",\n      nativeCode: number)',
    to: 'Try again later.")',
  },
  {
    name: 'files that are not protected while the device is locked',
    file: 'Product/Files/FileStore.swift',
    from: 'protection: .complete)',
    to: 'protection: .none)',
  },
  {
    name: 'a challenge without the realm’s length',
    file: 'Product/Statements/StatementApproval.swift',
    from: 'label + (try prefixed(realm))',
    to: 'label + Data(realm.utf8)',
  },
  {
    name: 'pins that hold for the wrong domain',
    file: 'Product/Network/PinnedDomains.swift',
    from: 'return above.includesSubdomains ? above : nil',
    to: 'return above',
  },
  {
    name: 'a closed handle that lives on',
    file: 'Product/Vault/Handles.swift',
    from: '    keys.removeValue(forKey: handle)',
    to: '    _ = keys[handle]',
  },
  {
    name: 'a double with a name that Apple has not',
    file: 'Fakes/Security/Items.swift',
    from: 'public func SecItemDelete(',
    to: 'public func SecItemRemove(',
  },
  {
    name: 'a double with a number that Apple has not',
    file: 'Fakes/LocalAuthentication/LocalAuthentication.swift',
    from: 'case biometryLockout = -8',
    to: 'case biometryLockout = -18',
  },
  {
    name: 'a double with a parameter too few',
    file: 'Fakes/DeviceCheck/DeviceCheck.swift',
    from: '_ keyId: String, clientDataHash: Data, completionHandler: @escaping (Data?, Error?) -> Void\n  ) {\n    use("appAttest.attestKey"',
    to: '_ keyId: String, completionHandler: @escaping (Data?, Error?) -> Void\n  ) {\n    use("appAttest.attestKey"',
  },
]
