export * from './authority.ts'
export * from './certificate.ts'
export * from './judge.ts'
export * from './key-description.ts'
