import { KeyboundError } from '@keybound/protocol'
import { DerReader } from '../../der/reader.ts'
import { derTag, tagNumber } from '../../der/tag.ts'
import type { Certificate } from '../../x509/index.ts'

const systemExtension = '1.2.840.113635.100.8.7'
const versionTag = 1400
const buildTag = 1403

/**
 * System version and build that the credential certificate of an App Attest key names, such as `17.2.1 (21C66)`.
 * Apple promises nothing about this extension, so it is read for people only and absent when it reads otherwise.
 */
export function readAppleSystem({ extensions }: Certificate): string | undefined {
  const extension = extensions.get(systemExtension)
  if (extension === undefined) return undefined
  try {
    const texts = readTexts(new DerReader(extension.value).enter())
    const [version, build] = [texts.get(versionTag), texts.get(buildTag)]
    return version && (build === undefined ? version : `${version} (${build})`)
  } catch (cause) {
    if (cause instanceof KeyboundError) return undefined
    throw cause
  }
}

/** The members that are text: `[number] EXPLICIT OCTET STRING`. */
function readTexts(sequence: DerReader): ReadonlyMap<number, string> {
  const texts = new Map<number, string>()
  const utf8 = new TextDecoder()
  while (!sequence.atEnd) {
    const { tag, contents } = sequence.enterNext()
    if (contents.isNext(derTag.octetString)) {
      texts.set(tagNumber(tag), utf8.decode(contents.read(derTag.octetString)))
    }
  }
  return texts
}
