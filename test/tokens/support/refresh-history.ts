import assert from 'node:assert/strict'
import { decideRefresh } from '../../../packages/server/src/tokens/refresh/decide.ts'
import type { FamilyRecord } from '../../../packages/server/src/tokens/refresh/family.ts'
import { defaultSessionLimits, type LimitsByAcr } from '../../../packages/server/src/tokens/refresh/limits.ts'

/**
 * One random history of devices, a network that loses, delays, repeats and reorders, crashes, thieves and
 * revocations, played against `decideRefresh` and, beside it, against a model that keeps every token ever issued and
 * used. Throws at the first step at which they differ or an invariant falls; answers how often each case was met.
 */
export function runHistory(seed: number): Readonly<Record<string, number>> {
  const world = new World(seed)
  const steps = 30 + world.pick(60)
  for (let step = 0; step < steps; step++) world.step()
  world.end()
  return world.seen
}

/** What the model knows of a family: tokens by their generation, and whether anything ended it. */
interface Model {
  readonly issued: Set<number>
  readonly used: Set<number>
  ended: 'no' | 'theft' | 'revoked'
}

interface Message {
  readonly device: Device
  readonly family: string
  readonly generation: number
  readonly jkt: string
  readonly iat: number
  readonly proof: number
  readonly honest: boolean
}

interface Answer {
  readonly device: Device
  readonly family: string
  readonly generation: number
  readonly iat: number
}

/** A device with several processes (tabs) that share one vault. */
interface Device {
  readonly jkt: string
  /** Seconds its clock is off. */
  readonly skew: number
  vault: { family: string; generation: number; sealedAt: number }
}

const limits: LimitsByAcr = { ...defaultSessionLimits, W: { idle: 4000, absolute: 9000 } }

class World {
  readonly seen: Record<string, number> = {}
  readonly #random: () => number
  readonly #families = new Map<string, FamilyRecord>()
  readonly #models = new Map<string, Model>()
  readonly #devices: Device[] = []
  readonly #stolen: { family: string; generation: number }[] = []
  #messages: Message[] = []
  #answers: Answer[] = []
  readonly #usedProofs = new Set<number>()
  #now = 1_795_348_800
  #count = 0

  constructor(seed: number) {
    this.#random = randomFrom(seed)
    for (let i = 0; i <= this.pick(3); i++) {
      const device: Device = {
        jkt: `device-${i}`,
        skew: this.pick(48) - 40,
        vault: { family: '', generation: 0, sealedAt: 0 },
      }
      this.#devices.push(device)
      this.#signIn(device)
    }
  }

  pick(below: number): number {
    return Math.floor(this.#random() * below)
  }

  step(): void {
    const roll = this.pick(100)
    const device = this.#oneOf(this.#devices)
    if (roll < 28) this.#send(device)
    else if (roll < 55) this.#deliver()
    else if (roll < 76) this.#seal()
    else if (roll < 82) this.#pass(this.pick(20) === 0 ? 3000 : this.pick(25))
    else if (roll < 86) this.#lose()
    else if (roll < 89) this.#crash(device)
    else if (roll < 92) this.#stolen.push({ ...device.vault })
    else if (roll < 94) this.#thiefUsesCopy()
    else if (roll < 95) this.#rollBack(device)
    else if (roll < 96) this.#revoke(device)
    else if (roll < 98) this.#activity(device)
    else this.#signIn(device)
  }

  /** Invariant: a device that nothing ended refreshes with what is in its vault. */
  end(): void {
    for (const device of this.#devices) {
      if (!this.#isHonestlyAlive(device.vault.family)) continue
      this.#pass(70) // Whatever was under way is too old by now.
      if (!this.#isHonestlyAlive(device.vault.family)) continue
      const answer = this.#present(this.#message(device))
      assert.ok(answer, 'an honest device was signed out')
      this.#note('honest device refreshed at the end')
    }
  }

  #signIn(device: Device): void {
    const id = `family-${this.#count++}`
    const signedInAt = this.#clockOf(device)
    this.#families.set(id, {
      id,
      account: 'user-1',
      clientId: 'app',
      credentialId: null,
      proofJkt: device.jkt,
      generation: 0,
      rotatedProofAt: signedInAt * 1000,
      acr: 'W',
      authTime: this.#now,
      createdAt: this.#now,
      lastActiveAt: this.#now,
      expiresAt: this.#now + limits.W.absolute,
      revokedAt: null,
    })
    this.#models.set(id, { issued: new Set([0]), used: new Set(), ended: 'no' })
    device.vault = { family: id, generation: 0, sealedAt: signedInAt }
  }

  /** A process reads the vault and makes a proof, later than the vault was sealed, as milliseconds make it (docs/tokens.md). */
  #message(device: Device): Message {
    const iat = Math.max(this.#clockOf(device), device.vault.sealedAt + 1)
    const { family, generation } = device.vault
    return { device, family, generation, jkt: device.jkt, iat, proof: this.#count++, honest: true }
  }

  #send(device: Device): void {
    const message = this.#message(device)
    this.#messages.push(message)
    // A network may deliver the very same request twice.
    if (this.pick(6) === 0) this.#messages.push(message)
  }

  #deliver(): void {
    const message = this.#take(this.#messages)
    if (message === undefined) return
    const generation = this.#present(message)
    if (generation === undefined) return
    const { device, family, iat } = message
    if (this.pick(6) === 0) this.#note('answer lost')
    else this.#answers.push({ device, family, generation, iat })
  }

  /** A process seals the token it got, unless the vault moved on. */
  #seal(): void {
    const answer = this.#take(this.#answers)
    if (answer === undefined) return
    const { device, family, generation, iat } = answer
    if (device.vault.family !== family || device.vault.generation >= generation) return
    device.vault = { family, generation, sealedAt: Math.max(this.#clockOf(device), iat) }
  }

  #pass(seconds: number): void {
    this.#now += seconds
  }

  #lose(): void {
    if (this.#take(this.#messages) !== undefined) this.#note('request lost')
  }

  /** All processes of the device die: what they were told and had not sealed is gone. */
  #crash(device: Device): void {
    const before = this.#answers.length
    this.#answers = this.#answers.filter((answer) => answer.device !== device)
    if (this.#answers.length < before) this.#note('crash before sealing')
  }

  #thiefUsesCopy(): void {
    const copy = this.#oneOf(this.#stolen)
    if (copy === undefined) return
    const others = this.#snapshot(copy.family)
    const device = this.#oneOf(this.#devices)
    const iat = this.#now - this.pick(60)
    const message = { ...copy, device, jkt: 'thief', iat, proof: this.#count++, honest: false }
    assert.equal(this.#present(message), undefined, 'a copy served another key')
    assert.deepEqual(this.#snapshot(copy.family), others, 'theft reached another family')
  }

  /** An old vault comes back: backup, cloned profile. The key is the right one. */
  #rollBack(device: Device): void {
    if (device.vault.generation < 2) return
    const generation = this.pick(device.vault.generation - 1)
    this.#present({ ...this.#message(device), generation, honest: false })
  }

  #revoke(device: Device): void {
    const { family } = device.vault
    const record = this.#record(family)
    this.#families.set(family, { ...record, revokedAt: record.revokedAt ?? this.#now })
    const model = this.#model(family)
    if (model.ended === 'no') model.ended = 'revoked'
  }

  #activity(device: Device): void {
    const record = this.#record(device.vault.family)
    this.#families.set(record.id, { ...record, lastActiveAt: this.#now })
  }

  /** What the token endpoint does. Answers the generation that was given out. */
  #present(message: Message): number | undefined {
    if (message.iat < this.#now - 60 || message.iat > this.#now + 10)
      return this.#refusedEarly('proof expired')
    if (this.#usedProofs.has(message.proof)) return this.#refusedEarly('proof replayed')
    this.#usedProofs.add(message.proof)
    const record = this.#record(message.family)
    const expected = this.#expected(message, record)
    const { generation, jkt: proofJkt, honest } = message
    const proofIssuedAt = message.iat * 1000
    const presentation = { generation, clientId: 'app', proofJkt, proofIssuedAt, now: this.#now }
    const decision = decideRefresh(record, presentation, limits)
    const label = 'reason' in decision ? `${decision.outcome} ${decision.reason}` : decision.outcome
    assert.equal(label, expected)
    this.#note(label)
    // Invariant: no honest message ever ends a family.
    if (honest) assert.notEqual(decision.outcome, 'revoke', 'an honest device was taken for a thief')
    if (decision.outcome === 'revoke') this.#families.set(record.id, { ...record, revokedAt: this.#now })
    if (decision.outcome !== 'rotate' && decision.outcome !== 'repeat') return undefined
    assert.equal(decision.generation, generation + 1, 'a token got another successor than its own')
    if (decision.outcome === 'rotate') {
      this.#families.set(record.id, { ...record, generation: generation + 1, rotatedProofAt: proofIssuedAt })
    }
    this.#assertLiveTokens(message.family)
    return decision.generation
  }

  /** The rule in other words: a token is live until its successor was used. */
  #expected(message: Message, record: FamilyRecord): string {
    const model = this.#model(message.family)
    const { generation } = message
    if (model.ended !== 'no') return 'refuse revoked'
    if (this.#isExpired(record)) return 'refuse expired'
    if (message.jkt !== record.proofJkt) {
      model.ended = 'theft'
      return 'revoke keyMismatch'
    }
    assert.ok(model.issued.has(generation), 'the model issued every token that is presented')
    if (!model.used.has(generation + 1)) {
      const again = model.used.has(generation)
      model.used.add(generation)
      model.issued.add(generation + 1)
      return again ? 'repeat' : 'rotate'
    }
    if (message.iat * 1000 < record.rotatedProofAt) return 'refuse superseded'
    model.ended = 'theft'
    return 'revoke replayed'
  }

  /** Invariant: at most the newest token and its predecessor are live, and they lead to one line of successors. */
  #assertLiveTokens(family: string): void {
    const { issued, used } = this.#model(family)
    const live = [...issued].filter((generation) => !used.has(generation + 1))
    assert.ok(live.length <= 2, 'two live successors')
    const newest = Math.max(...issued)
    assert.ok(
      live.every((generation) => generation >= newest - 1),
      'an old token came back to life',
    )
    assert.equal(this.#record(family).generation, newest)
  }

  #isHonestlyAlive(family: string): boolean {
    return this.#model(family).ended === 'no' && !this.#isExpired(this.#record(family))
  }

  #isExpired(record: FamilyRecord): boolean {
    const { idle, absolute } = limits.W
    return this.#now >= record.createdAt + absolute || this.#now >= record.lastActiveAt + idle
  }

  #snapshot(except: string): readonly FamilyRecord[] {
    return [...this.#families.values()].filter((record) => record.id !== except)
  }

  #refusedEarly(why: string): undefined {
    this.#note(why)
  }

  #note(what: string): void {
    this.seen[what] = (this.seen[what] ?? 0) + 1
  }

  #clockOf(device: Device): number {
    return this.#now + device.skew
  }

  #record(family: string): FamilyRecord {
    return this.#families.get(family) as FamilyRecord
  }

  #model(family: string): Model {
    return this.#models.get(family) as Model
  }

  #oneOf<Item>(items: readonly Item[]): Item {
    return items[this.pick(items.length)] as Item
  }

  /** Removes a random item, so that the network reorders. */
  #take<Item>(items: Item[]): Item | undefined {
    return items.splice(this.pick(items.length), 1)[0]
  }
}

/** A small generator (mulberry32) whose numbers a seed fixes. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
