import type { AppAttestPolicy } from '@keybound/attestation'
import {
  type Inspection,
  type InspectOptions,
  inspect,
  type Recognized,
  recognize,
} from '@keybound/attestation/inspect'
import { KeyboundError } from '@keybound/protocol'
import { open, readRoots, readStatus, understanding } from '../files.ts'
import { type ExitStatus, type Surroundings, UsageError } from '../surroundings.ts'
import { type InspectArguments, readArguments } from './arguments.ts'
import { drawInspection } from './draw.ts'
import { inspectUsage } from './usage.ts'

/** `keybound inspect`: draws a piece of evidence with pass, fail and why. */
export async function runInspect(surroundings: Surroundings): Promise<ExitStatus> {
  const given = readArguments(surroundings.args)
  if (given === 'help') {
    surroundings.writeOutput(inspectUsage)
    return 0
  }
  const input = await readInput(given.file, surroundings)
  const inspection = await inspectWith(input, await readOptions(given, surroundings))
  surroundings.writeOutput(given.isJson ? toJson(inspection) : draw(inspection, given, surroundings))
  return inspection.passed ? 0 : 1
}

async function readInput(file: string, surroundings: Surroundings): Promise<Recognized> {
  const bytes = await open(file, surroundings)
  const input = understanding(`${file} holds no evidence that can be read`, () => recognize(bytes))
  if (input !== undefined) return input
  throw new UsageError(
    `Unexpected contents of ${file}, expected a PEM chain, an App Attest attestation, a WebAuthn registration ` +
      'response or an attestation object. An assertion proves nothing without the key it was registered with.',
  )
}

/** Contradictory expectations are the caller's, not the evidence's. */
async function inspectWith(input: Recognized, options: InspectOptions): Promise<Inspection> {
  try {
    return await inspect(input, options)
  } catch (cause) {
    if (cause instanceof KeyboundError) throw new UsageError(cause.message)
    throw cause
  }
}

async function readOptions(given: InspectArguments, surroundings: Surroundings): Promise<InspectOptions> {
  const { challenge, clientDataFile, keyId, rpId, role, date, statusFile, rootsFile } = given
  const { androidApps, appleApps, origins } = given
  return {
    now: surroundings.now(),
    level: given.level,
    testOnly: given.hasTestRoots,
    ...(challenge && { challenge }),
    ...(clientDataFile !== undefined && { clientData: await open(clientDataFile, surroundings) }),
    ...(keyId !== undefined && { keyId }),
    ...(rpId !== undefined && { rpId }),
    ...(role && { role }),
    ...(date && { issuedAt: date }),
    ...(androidApps.length > 0 && { androidApps }),
    ...(appleApps.length > 0 && { appleApps }),
    ...(origins.length > 0 && { origins }),
    appAttestPolicy: readAppAttestPolicy(given),
    ...(rootsFile !== undefined && { roots: await readRoots(rootsFile, surroundings) }),
    ...(statusFile !== undefined && { status: await readStatus(statusFile, surroundings) }),
  }
}

function readAppAttestPolicy({
  isDevelopment,
  categories,
  bundleVersions,
}: InspectArguments): AppAttestPolicy {
  return {
    environments: isDevelopment ? ['production', 'development'] : ['production'],
    ...(categories.length > 0 && { validationCategories: categories }),
    ...(bundleVersions.length > 0 && { bundleVersions }),
  }
}

function draw(inspection: Inspection, { color }: InspectArguments, surroundings: Surroundings): string {
  const isColorful = color === 'always' || (color === 'auto' && surroundings.isColorful)
  return drawInspection(inspection, { isColorful, columns: surroundings.columns })
}

function toJson(inspection: Inspection): string {
  return `${JSON.stringify(inspection, null, 2)}\n`
}
