/** Opens a key folder and prints the key ids: run by several processes at once. */
import { type KeyPurpose, keyAlgorithms } from '../../../packages/server/src/keys/contract.ts'
import { openFileKeys } from '../../../packages/server/src/keys/file/open-file-keys.ts'

const [, , folder = '', secret = ''] = process.argv
const keys = await openFileKeys({ folder, secret })
for (const purpose of Object.keys(keyAlgorithms) as KeyPurpose[]) {
  const list = await keys.list(purpose)
  console.log(purpose, list.map(({ kid }) => kid).join(' '))
}
