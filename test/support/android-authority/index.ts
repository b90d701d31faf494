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
} from '@keybound/virtual-phone/authority'
export * from './authority.ts'
export * from './certificate.ts'
export * from './judge.ts'
