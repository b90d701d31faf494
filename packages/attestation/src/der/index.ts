export { malformedDer } from './malformed.ts'
export { type DerBudget, DerReader } from './reader.ts'
export { contextTag, type DerTag, derTag, describeTag, tagNumber } from './tag.ts'
export { readTime } from './time.ts'
export {
  decodeUtf8,
  readBitString,
  readBoolean,
  readEnumerated,
  readIntegerBytes,
  readNull,
  readObjectIdentifier,
  readOctetBitString,
  readUint,
  readUint64,
} from './values.ts'
export {
  concatBytes,
  writeBitString,
  writeBoolean,
  writeElement,
  writeEnumerated,
  writeExplicit,
  writeInteger,
  writeNull,
  writeObjectIdentifier,
  writeOctetString,
  writeSequence,
  writeSet,
  writeString,
  writeTime,
} from './writer.ts'
