import { useClientState, useKeybound } from '@keybound/react'
import { type ReactElement, useEffect, useState } from 'react'
import { StyleSheet, View } from 'react-native'
import { useLanguage } from '../texts/language.tsx'
import { Card } from '../ui/card.tsx'
import { Notice } from '../ui/notice.tsx'
import { space, useTheme } from '../ui/theme.ts'
import { Body, Quiet, Subtitle } from '../ui/words.tsx'

/** What lies on this device, and which key guards it; no secret, and nothing that opens one. */
export function Stored(): ReactElement {
  const client = useKeybound()
  const { reason } = useClientState()
  const { texts } = useLanguage()
  const { line } = useTheme()
  const [secrets, setSecrets] = useState<number>()
  const keyless = reason === 'passwordOnly'

  // biome-ignore lint/correctness/useExhaustiveDependencies: asks again when the key of this device comes or goes.
  useEffect(() => {
    // Where the authenticator can seal nothing there is no vault to list.
    client.vault.list().then(
      (list) => setSecrets(list.length),
      () => setSecrets(undefined),
    )
  }, [client, keyless])

  const { key, session, proof, record, nothing } = texts.storedRows
  const sealed = secrets === undefined ? [] : [session]
  const lines = keyless ? [nothing] : [key, ...sealed, proof, record]
  return (
    <Card>
      <Subtitle>{texts.stored}</Subtitle>
      <Notice lead={texts.storedLead} lines={1} />
      <View role="list">
        {lines.map(([what, where]) => (
          <View key={what} role="listitem" style={[styles.line, { borderColor: line }]}>
            <Body style={styles.what}>{what}</Body>
            <Quiet style={styles.where}>{where}</Quiet>
          </View>
        ))}
      </View>
    </Card>
  )
}

const styles = StyleSheet.create({
  line: { gap: space.xs, paddingVertical: space.m, borderTopWidth: 1 },
  what: { fontWeight: '600' },
  where: { fontSize: 14, lineHeight: 20 },
})
