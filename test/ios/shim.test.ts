import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { hardwareErrorCodes } from '@keybound/phone'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { root } from '../../scripts/packages.ts'

const packageFolder = join(root, 'packages/react-native')
const ios = join(packageFolder, 'ios')
const fromPackage = createRequire(join(packageFolder, 'package.json'))
const shim = readFileSync(join(ios, 'Module/KeyboundModule.mm'), 'utf8')
const folder = mkdtempSync(join(tmpdir(), 'keybound-shim-'))
let header = ''

beforeAll(() => {
  const { TypeScriptParser } = fromPackage('@react-native/codegen/lib/parsers/typescript/parser') as {
    TypeScriptParser: new () => { parseFile(path: string): unknown }
  }
  const { generate } = fromPackage('@react-native/codegen/lib/generators/RNCodegen') as {
    generate(options: object, generators: object): boolean
  }
  const schema = new TypeScriptParser().parseFile(join(packageFolder, 'src/specs/NativeKeybound.ts'))
  const options = {
    libraryName: 'KeyboundSpec',
    schema,
    outputDirectory: folder,
    packageName: 'x',
    assumeNonnull: true,
  }
  generate(options, { generators: ['modulesIOS'] })
  header = readFileSync(join(folder, 'KeyboundSpec/KeyboundSpec.h'), 'utf8')
})

afterAll(() => rmSync(folder, { recursive: true }))

/** Methods of the protocol that the code generator makes, each on one line. */
function protocolMethods(): readonly string[] {
  const [, body = ''] = /@protocol NativeKeyboundSpec([\s\S]*?)@end/.exec(header) ?? []
  return [...body.matchAll(/- \(void\)[^;]*/g)].map(([method]) => oneLine(method))
}

describe('the Objective-C++ shim', () => {
  test('has every method of the generated protocol, with its parameters, and hands all of them on', () => {
    const bodies = new Map(
      [...shim.matchAll(/(- \(void\)[^{]*)\{([^}]*)\}/g)].map(([, method = '', body = '']) => [
        oneLine(method),
        body,
      ]),
    )
    const methods = protocolMethods()
    expect(methods.length).toBeGreaterThan(30)
    for (const method of methods) {
      const name = /\)(\w+)/.exec(method)?.[1]
      const handed = [...method.matchAll(/:\(([^)]*)\)(\w+)/g)]
        .filter(([, type = '']) => !type.includes('Promise'))
        .map(([, type = '', argument]) => {
          if (type.includes('JS::')) return `toDictionary(${argument})`
          return type === 'double' || type === 'BOOL' ? `@(${argument})` : argument
        })
      const list = handed.length === 0 ? '@[]' : `@[ ${handed.join(', ')} ]`
      expect(bodies.get(method)?.trim()).toBe(
        `[_bridge call:@"${name}" arguments:${list} resolve:resolve reject:reject];`,
      )
    }
  })

  test('reads every member of every struct', () => {
    const functions = [...shim.matchAll(/toDictionary\(JS::NativeKeybound::(\w+) &v\)\n\{([\s\S]*?)\n\}/g)]
    expect(functions.map(([, name]) => name).sort()).toEqual(
      [
        ...new Set(
          protocolMethods()
            .join()
            .match(/(?<=NativeKeybound::)\w+/g),
        ),
      ].sort(),
    )
    for (const [, name, body = ''] of functions) {
      const [, struct = ''] = new RegExp(`struct ${name} \\{([\\s\\S]*?)\\};`).exec(header) ?? []
      const members = [...struct.matchAll(/(\w+)\(\) const;/g)].map(([, member]) => member)
      expect([...body.matchAll(/\bv\.(\w+)\(\)/g)].map(([, member]) => member).sort()).toEqual(
        members.toSorted(),
      )
      for (const member of members) expect(body).toContain(`@"${member}"`)
    }
  })
})

describe('the Swift', () => {
  const sources = globSync('**/*.swift', { cwd: ios, exclude: (path) => path.startsWith('Tests') })

  test('knows the methods of the protocol, and no other', () => {
    const known = globSync('Hardware/*Methods.swift', { cwd: ios }).flatMap((path) =>
      [...readFileSync(join(ios, path), 'utf8').matchAll(/^ {6}"(\w+)": (?:\{|Self\.now)/gm)].map(
        ([, name]) => name,
      ),
    )
    expect(known.sort()).toEqual(
      protocolMethods()
        .map((method) => /\)(\w+)/.exec(method)?.[1])
        .sort(),
    )
  })

  test('has the codes of errors of the contract', () => {
    const text = readFileSync(join(ios, 'Errors/HardwareErrorCode.swift'), 'utf8')
    expect([...text.matchAll(/case `?(\w+)/g)].map(([, code]) => code)).toEqual([...hardwareErrorCodes])
  })

  test('imports React nowhere, and decides nothing by evaluatePolicy (MASTG-TEST-0266)', () => {
    expect(sources.length).toBeGreaterThan(50)
    for (const path of sources) {
      const text = readFileSync(join(ios, path), 'utf8')
      expect(text, path).not.toMatch(/import React|\bevaluatePolicy|\.userPresence|kSecAttrAccessibleAlways/)
      expect(text.trimEnd().split('\n').length, path).toBeLessThanOrEqual(300)
    }
  })
})

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}
