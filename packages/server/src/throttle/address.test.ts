import { isIP } from 'node:net'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isWithin, networkOf, parseAddress, parseNetwork } from './address.ts'
import { clientAddressOf } from './client-address.ts'

const hex = (bytes: Uint8Array | undefined) => bytes && Buffer.from(bytes).toString('hex')

describe('parseAddress', () => {
  test.each([
    ['192.0.2.1', 'c0000201'],
    ['0.0.0.0', '00000000'],
    ['255.255.255.255', 'ffffffff'],
    ['::', '00000000000000000000000000000000'],
    ['::1', '00000000000000000000000000000001'],
    ['2001:db8::1', '20010db8000000000000000000000001'],
    ['2001:DB8:0:0:8:800:200C:417A', '20010db80000000000080800200c417a'],
    ['1:2:3:4:5:6:7::', '00010002000300040005000600070000'],
    ['::ffff:192.0.2.1', 'c0000201'],
    ['64:ff9b::192.0.2.1', '0064ff9b0000000000000000c0000201'],
  ])('%s', (text, bytes) => {
    expect(hex(parseAddress(text))).toBe(bytes)
  })

  test.each([
    '',
    '1',
    '1.2.3',
    '1.2.3.4.5',
    '1.2.3.256',
    '01.2.3.4',
    '1.2.3.4 ',
    '0x1.2.3.4',
    ':',
    ':::',
    '1::2::3',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7:8::',
    '12345::',
    'g::',
    'fe80::1%eth0',
    '[::1]',
    '::1.2.3',
    '1.2.3.4::',
    '::1.2.3.4:5',
    'localhost',
  ])('refuses %j', (text) => {
    expect(parseAddress(text)).toBeUndefined()
  })

  test('agrees with Node on what is an address', () => {
    const piece = fc.constantFrom('0', '1', 'ffff', '12345', '::', ':', '.', '1.2.3.4', '256', 'g', '')
    fc.assert(
      fc.property(
        fc.oneof(
          fc.ipV4(),
          fc.ipV6(),
          fc.array(piece, { maxLength: 12 }).map((parts) => parts.join('')),
        ),
        (text) => {
          expect(parseAddress(text) !== undefined).toBe(isIP(text) !== 0)
        },
      ),
      { seed: 1, numRuns: 2_000 },
    )
  })
})

describe('networks', () => {
  test.each([
    ['10.1.2.3', '10.0.0.0/8', true],
    ['11.0.0.0', '10.0.0.0/8', false],
    ['10.1.2.3', '10.1.2.3', true],
    ['10.1.2.4', '10.1.2.3', false],
    ['192.168.129.1', '192.168.128.0/17', true],
    ['192.168.127.1', '192.168.128.0/17', false],
    ['1.2.3.4', '0.0.0.0/0', true],
    ['::1', '0.0.0.0/0', false],
    ['2001:db8:1::', '2001:db8::/32', true],
    ['2001:db9::', '2001:db8::/32', false],
    ['::ffff:10.1.1.1', '10.0.0.0/8', true],
  ])('%s in %s is %s', (address, network, inside) => {
    const parsed = parseNetwork(network)
    const bytes = parseAddress(address)
    if (parsed === undefined || bytes === undefined) throw new Error('Unexpected text, expected an address.')
    expect(isWithin(bytes, parsed)).toBe(inside)
  })

  test.each(['10.0.0.0/33', '10.0.0.0/', '10.0.0.0/-1', '10.0.0.0/8/8', '::/129', 'x/8', '10.0.0.0/8 '])(
    'refuses %j',
    (text) => {
      expect(parseNetwork(text)).toBeUndefined()
    },
  )

  test('an IPv6 address counts as its /64, an IPv4 address as itself', () => {
    expect(hex(networkOf(parseAddress('2001:db8:1:2:3:4:5:6') ?? new Uint8Array()))).toBe('20010db800010002')
    expect(hex(networkOf(parseAddress('192.0.2.1') ?? new Uint8Array()))).toBe('c0000201')
  })
})

describe('clientAddressOf', () => {
  const trusted = ['10.0.0.0/8', '::1']
    .map((text) => parseNetwork(text))
    .filter((network) => network !== undefined)

  test.each([
    ['no proxy is trusted', '10.0.0.1', '1.1.1.1', [], '10.0.0.1'],
    ['the peer is no proxy', '9.9.9.9', '1.1.1.1', trusted, '9.9.9.9'],
    ['a proxy without header', '10.0.0.1', null, trusted, '10.0.0.1'],
    ['one proxy', '10.0.0.1', '1.1.1.1', trusted, '1.1.1.1'],
    ['two proxies', '10.0.0.1', '1.1.1.1, 10.0.0.2', trusted, '1.1.1.1'],
    ['what the client invented', '10.0.0.1', '8.8.8.8, 1.1.1.1', trusted, '1.1.1.1'],
    ['an invented proxy of ours', '10.0.0.1', '10.0.0.9, 1.1.1.1', trusted, '1.1.1.1'],
    ['rubbish from the proxy', '10.0.0.1', '1.1.1.1, unknown', trusted, '10.0.0.1'],
    ['only proxies', '10.0.0.1', '10.0.0.2', trusted, '10.0.0.2'],
    ['IPv6', '::1', '2001:db8::7', trusted, '2001:db8::7'],
    ['a port, which is not part of an address', '10.0.0.1', '1.1.1.1:80', trusted, '10.0.0.1'],
  ] as const)('%s', (_, peer, header, proxies, client) => {
    expect(clientAddressOf(peer, header, proxies)).toBe(client)
  })

  test('a header of a million hops costs no more than a few', () => {
    expect(clientAddressOf('10.0.0.1', `${'10.0.0.2,'.repeat(100_000)}10.0.0.3`, trusted)).toBe('10.0.0.2')
  })
})
