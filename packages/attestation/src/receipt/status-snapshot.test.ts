import { type CborValue, encodeCbor } from '@keybound/protocol/encoding'
import { describe, expect, test } from 'vitest'
import { chainSpecs, writeChain } from '../../../../test/support/android-authority/index.ts'
import { parseStatusList } from '../android/status/status-list.ts'
import { readCertificate } from '../x509/certificate.ts'
import { snapshotStatus } from './status-snapshot.ts'

const chain = writeChain(chainSpecs())
const serials = chain.map((certificate) => readCertificate(certificate).serial)
const list = parseStatusList({
  entries: Object.fromEntries(
    serials.map((serial) => [serial, { status: 'REVOKED', reason: 'CA_COMPROMISE' }]),
  ),
})

const mapOf = (members: Record<string, CborValue>) => new Map<string, CborValue>(Object.entries(members))
const object = (fmt: string, attStmt: CborValue) =>
  encodeCbor(mapOf({ fmt, attStmt, authData: new Uint8Array(37) }))
const statement = (x5c: CborValue) => mapOf({ alg: -7, sig: new Uint8Array(8), x5c })
const entriesOf = (bytes: Uint8Array) =>
  snapshotStatus(bytes, { status: list })?.entries.map(({ serial }) => serial)

describe('the status of the certificates in an attestation object', () => {
  test('names those that are listed, with what the list says of them', () => {
    const status = parseStatusList({ entries: { [serials[2] ?? '']: { status: 'SUSPENDED' } } })
    const statusFetchedAt = new Date(1_800_000_000_900)
    expect(snapshotStatus(object('android-key', statement(chain)), { status, statusFetchedAt })).toEqual({
      fetchedAt: 1_800_000_000,
      entries: [{ serial: serials[2], status: 'SUSPENDED', reason: null }],
    })
    expect(entriesOf(object('android-key', statement(chain)))).toEqual(serials)
  })

  test('is none where no Android chain is, and where there is no list', () => {
    for (const other of [
      object('packed', statement(chain)),
      object('none', mapOf({})),
      object('android-key', mapOf({})),
    ])
      expect(snapshotStatus(other, { status: list })).toBeNull()
    expect(snapshotStatus(object('android-key', statement(chain)), {})).toBeNull()
  })

  test('of a compound is that of its Android chains', () => {
    const android = mapOf({ fmt: 'android-key', attStmt: statement(chain) })
    const packed = mapOf({ fmt: 'packed', attStmt: statement(chain) })
    expect(entriesOf(object('compound', [packed, android]))).toEqual(serials)
    expect(snapshotStatus(object('compound', [packed, 5]), { status: list })).toBeNull()
  })

  test('passes over what cannot be read, and what is beyond the longest chain', () => {
    const broken = object('android-key', statement([new Uint8Array(4), 5, ...chain]))
    expect(entriesOf(broken)).toEqual(serials)
    const long = Array.from({ length: 9 }, () => chain[0] ?? new Uint8Array())
    expect(entriesOf(object('android-key', statement(long)))).toHaveLength(8)
  })
})
