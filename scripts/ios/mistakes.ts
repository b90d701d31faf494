/** A deliberate mistake in the Swift, and the conformance cases that see it where neither compiler nor unit tests do. */
export interface Mistake {
  readonly name: string
  readonly file: string
  readonly from: string
  readonly to: string
  readonly cases: readonly string[]
}

/** Each must turn the lane red. */
export const mistakes: readonly Mistake[] = [
  {
    name: 'a misspelt function',
    file: 'Product/Keys/KeyStore.swift',
    from: 'SecKeyCreateSignature(',
    to: 'SecKeyCreateSignatur(',
    cases: [],
  },
  {
    name: 'a property that LAContext has not',
    file: 'Product/Prompt/PromptOwner.swift',
    from: 'context.localizedReason',
    to: 'context.localizedReasonText',
    cases: [],
  },
  {
    name: 'a key that survives a new finger',
    file: 'Product/Keys/KeySpecification.swift',
    from: '(_, .currentSet): flags.insert(.biometryCurrentSet)',
    to: '(_, .currentSet): flags.insert(.biometryAny)',
    cases: [],
  },
  {
    name: 'a protection that needs no passcode',
    file: 'Product/Keys/KeySpecification.swift',
    from: ': kSecAttrAccessibleWhenPasscodeSetThisDeviceOnly',
    to: ': kSecAttrAccessibleWhenUnlocked',
    cases: [],
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
    cases: ['V01'],
  },
  {
    name: 'a key that is not looked at after it was made',
    file: 'Product/Keys/KeyMeasurement.swift',
    from: '    case (.proof, .free), (.signing, .guarded), (.sealing, .guarded): return level',
    to: '    case (.proof, .free), (.signing, _), (.sealing, _): return level',
    cases: ['all'],
  },
  {
    name: 'a number of the system that is dropped',
    file: 'Product/Errors/SystemErrors.swift',
    from: 'Try again later.",\n      nativeCode: number)',
    to: 'Try again later.")',
    cases: [],
  },
  {
    name: 'files that are not protected while the device is locked',
    file: 'Product/Files/FileStore.swift',
    from: 'protection: .complete)',
    to: 'protection: .none)',
    cases: [],
  },
  {
    name: 'a challenge without the realm’s length',
    file: 'Product/Statements/StatementApproval.swift',
    from: 'label + (try prefixed(realm))',
    to: 'label + Data(realm.utf8)',
    cases: [],
  },
  {
    name: 'pins that hold for the wrong domain',
    file: 'Product/Network/PinnedDomains.swift',
    from: 'return above.includesSubdomains ? above : nil',
    to: 'return above',
    cases: [],
  },
  {
    name: 'a closed handle that lives on',
    file: 'Product/Vault/Handles.swift',
    from: '    keys.removeValue(forKey: handle)',
    to: '    _ = keys[handle]',
    cases: [],
  },
]
