import { Utf8Decoder } from './utf8-decoder.ts'

// Hermes as React Native 0.86 has it (250829098) knows TextEncoder and no TextDecoder. Expo brings one of its own.
const surroundings: { TextDecoder?: unknown } = globalThis
surroundings.TextDecoder ??= Utf8Decoder
