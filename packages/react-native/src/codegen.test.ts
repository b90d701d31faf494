import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const require = createRequire(import.meta.url)

interface Schema {
  readonly modules: {
    readonly [file: string]: {
      readonly moduleName: string
      readonly spec: {
        readonly methods: readonly { readonly name: string }[]
        readonly eventEmitters: readonly { readonly name: string }[]
      }
    }
  }
}

test('the code generator of React Native reads the spec', () => {
  const { TypeScriptParser } = require('@react-native/codegen/lib/parsers/typescript/parser') as {
    TypeScriptParser: new () => { parseFile(path: string): Schema }
  }
  const path = fileURLToPath(new URL('specs/NativeKeybound.ts', import.meta.url))
  const module = new TypeScriptParser().parseFile(path).modules.NativeKeybound
  expect(module?.moduleName).toBe('Keybound')
  expect(module?.spec.methods.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['describe', 'createKey', 'sign', 'signStatement', 'request']),
  )
  expect(module?.spec.eventEmitters.map(({ name }) => name)).toEqual(['onLifecycle'])
})
