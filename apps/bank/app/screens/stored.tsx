import { useClientState, useKeybound } from '@keybound/react'
import { type ReactElement, useEffect, useState } from 'react'
import { StyleSheet, View } from 'react-native'
import type { StoredThing } from '../texts/en.ts'
import { useLanguage } from '../texts/language.tsx'
import { Card } from '../ui/card.tsx'
import { Notice } from '../ui/notice.tsx'
import { space, useTheme } from '../ui/theme.ts'
import { Body, Quiet, Subtitle } from '../ui/words.tsx'

/** What lies on this device, and which key guards it; no secret, and nothing that opens one. */
export function Stored(): ReactElement {
  const { texts } = useLanguage()
  return (
    <Card>
      <Subtitle>{texts.stored}</Subtitle>
      <Notice lead={texts.storedLead} lines={1} />
      <View role="list">
        {useStored().map((thing) => (
          <Line key={thing.what} thing={thing} />
        ))}
      </View>
    </Card>
  )
}

/** By what the client says of itself: its accounts, and whether the one that is open has a vault here. */
function useStored(): readonly StoredThing[] {
  const client = useKeybound()
  const { account, accounts, acr } = useClientState()
  const { texts } = useLanguage()
  const [hasVault, setHasVault] = useState(false)
  const isKeyHere = accounts.some((each) => each.account === account)

  // biome-ignore lint/correctness/useExhaustiveDependencies: asks again when the key of this device comes or goes.
  useEffect(() => {
    // Where the authenticator can seal nothing, or has not sealed yet, there is no vault to list.
    client.vault.list().then(
      () => setHasVault(true),
      () => setHasVault(false),
    )
  }, [client, isKeyHere])

  const { key, sealed, unsealed, proof, names, mark } = texts.storedThings
  const known = accounts.length === 0 ? [] : [names(accounts.map(({ name, account }) => name ?? account))]
  const byKey = acr !== 'pwd'
  const session = hasVault && byKey ? sealed : unsealed
  return [...(isKeyHere ? [key] : []), session, ...(byKey || hasVault ? [proof] : []), ...known, mark]
}

function Line({ thing: { what, where, guard } }: { readonly thing: StoredThing }): ReactElement {
  const { line } = useTheme()
  return (
    <View role="listitem" style={[styles.line, { borderColor: line }]}>
      <Body style={styles.what}>{what}</Body>
      <Quiet style={styles.small}>{where}</Quiet>
      <Quiet style={styles.small}>{guard}</Quiet>
    </View>
  )
}

const styles = StyleSheet.create({
  line: { gap: 2, paddingVertical: space.m, borderTopWidth: 1 },
  what: { fontSize: 15, lineHeight: 22, fontWeight: '600' },
  small: { fontSize: 14, lineHeight: 20 },
})
