/** The authority behind virtual phones, and what it writes with: for tests that need chains of their own. */
export type { ProvisioningKind, ProvisionRequest } from './android-issuer.ts'
export type { AppleCertificateRequest } from './apple-issuer.ts'
export {
  type AuthorityOptions,
  type AuthorityState,
  createVirtualAuthority,
  type Provisioned,
  type VirtualAuthority,
} from './authority.ts'
export {
  attribute,
  basicConstraints,
  type CertificateBody,
  type ExtensionSpec,
  keyUsage,
  type Name,
  type SignatureSpec,
  writeName,
  writeSigned,
  writeUnsigned,
} from './certificate.ts'
export {
  type DescriptionSpec,
  descriptionMembers,
  keyDescriptionOid,
  type RootOfTrustSpec,
  type Tags,
  tagElements,
  tagValue,
  writeKeyDescription,
  writeTags,
} from './key-description.ts'
