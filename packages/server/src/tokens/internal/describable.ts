/** RFC 6749 §5.2 and RFC 6750 §3: a description holds printable ASCII without quote and backslash. */
export function describable(text: string): string {
  return text.replaceAll('’', "'").replaceAll(/[^\x20\x21\x23-\x5b\x5d-\x7e]/g, '')
}
