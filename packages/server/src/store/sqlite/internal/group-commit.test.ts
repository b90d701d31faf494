import { describe, expect, test } from 'vitest'
import { createGroupCommit, type Transaction } from './group-commit.ts'

/** Rows with transactions, and a log of what was done to them. `failing` throws once at each step it names. */
function createRows(failing: Partial<Record<'begin' | 'commit', unknown[]>> = {}) {
  let rows: number[] = []
  let before: number[] = []
  const log: string[] = []
  const step = (name: 'begin' | 'commit') => {
    log.push(name)
    const error = failing[name]?.shift()
    if (error !== undefined) throw error
  }
  const transaction: Transaction = {
    begin: () => {
      step('begin')
      before = rows
    },
    commit: () => step('commit'),
    rollback: () => {
      log.push('rollback')
      rows = before
    },
  }
  const add = (row: number) => () => {
    rows = [...rows, row]
    return rows.length
  }
  return { transaction, log, add, all: () => rows }
}

const busy = Object.assign(new Error('busy'), { errcode: 5 })

describe('group commit', () => {
  test('puts everything asked in one turn into one transaction, in order', async () => {
    const rows = createRows()
    const commit = createGroupCommit(rows.transaction, 100)
    const results = await Promise.all([1, 2, 3].map((row) => commit(rows.add(row))))
    expect(results).toEqual([1, 2, 3])
    expect(rows.log).toEqual(['begin', 'commit'])
  })

  test('acknowledges nothing before the commit has returned', async () => {
    const rows = createRows()
    const commit = createGroupCommit(rows.transaction, 100)
    const asked = [1, 2].map((row) => commit(rows.add(row)).then(() => rows.log.push(`acknowledged ${row}`)))
    await Promise.all(asked)
    expect(rows.log).toEqual(['begin', 'commit', 'acknowledged 1', 'acknowledged 2'])
  })

  test('starts another transaction for what is asked later, and for more than 256 at once', async () => {
    const rows = createRows()
    const commit = createGroupCommit(rows.transaction, 100)
    await commit(rows.add(0))
    await Promise.all(Array.from({ length: 257 }, (_, row) => commit(rows.add(row))))
    expect(rows.log).toEqual(['begin', 'commit', 'begin', 'commit', 'begin', 'commit'])
    expect(rows.all().length).toBe(258)
  })

  test('lets one failure undo nothing else', async () => {
    const rows = createRows()
    const commit = createGroupCommit(rows.transaction, 100)
    const fails = () => {
      rows.add(99)()
      throw new Error('in the middle')
    }
    const results = await Promise.allSettled([
      commit(rows.add(1)),
      commit(fails),
      commit(rows.add(2)),
      commit(rows.add(3)),
    ])
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled'])
    expect(results[1]).toMatchObject({ reason: { message: 'in the middle' } })
    expect(rows.all()).toEqual([1, 2, 3])
  })

  test('does each again by itself when a shared commit fails', async () => {
    const rows = createRows({ commit: [new Error('disk'), undefined, new Error('disk')] })
    const commit = createGroupCommit(rows.transaction, 100)
    const results = await Promise.allSettled([1, 2, 3].map((row) => commit(rows.add(row))))
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect(rows.all()).toEqual([1, 3])
  })

  test('waits while another process holds the lock, and takes in what is asked meanwhile', async () => {
    const rows = createRows({ begin: [busy, busy, busy] })
    const commit = createGroupCommit(rows.transaction, 1000)
    const first = commit(rows.add(1))
    const later = new Promise((resolve) => setImmediate(() => resolve(commit(rows.add(2)))))
    expect(await Promise.all([first, later])).toEqual([1, 2])
    expect(rows.log).toEqual(['begin', 'begin', 'begin', 'begin', 'commit'])
  })

  test('gives up when the lock is held for too long, and starts afresh with the next', async () => {
    const rows = createRows({ begin: Array.from({ length: 4 }, () => busy) })
    // Pauses of 1, 2 and 4 milliseconds reach 5: three tries more after the first.
    const commit = createGroupCommit(rows.transaction, 5)
    const results = await Promise.allSettled([commit(rows.add(1)), commit(rows.add(2))])
    expect(results).toEqual([
      { status: 'rejected', reason: busy },
      { status: 'rejected', reason: busy },
    ])
    expect(rows.log).toEqual(['begin', 'begin', 'begin', 'begin'])
    expect(await commit(rows.add(3))).toBe(1)
  })

  test('rejects everything that waits when a transaction cannot begin for another reason', async () => {
    const rows = createRows({ begin: [new Error('gone')] })
    const commit = createGroupCommit(rows.transaction, 1000)
    const results = await Promise.allSettled([commit(rows.add(1)), commit(rows.add(2))])
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    expect(await commit(rows.add(3))).toBe(1)
  })
})
