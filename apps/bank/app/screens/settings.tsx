import { useAction, useClientState, useKeybound } from '@keybound/react'
import { type ReactElement, useState } from 'react'
import { StyleSheet, View } from 'react-native'
import { type Account, bank } from '../bank.ts'
import { languages, useErrorText, useLanguage } from '../texts/language.tsx'
import { Button } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { Frame } from '../ui/frame.tsx'
import { Notice } from '../ui/notice.tsx'
import { space, useWide } from '../ui/theme.ts'
import { Subtitle, Title } from '../ui/words.tsx'
import { useBack } from '../use-back.ts'
import { Biometrics } from './biometrics.tsx'
import { Devices } from './devices.tsx'
import type { Left } from './sign-in.tsx'
import { Stored } from './stored.tsx'

/** What the settings take. */
export interface SettingsProps {
  /** Whose limits are told. */
  readonly account: Account | undefined
  readonly onBack: () => void
  readonly onLeave: (why: Left) => void
}

/** Devices and keys, what lies here, language, signing out. */
export function Settings({ account, onBack, onLeave }: SettingsProps): ReactElement {
  const client = useKeybound()
  const { acr } = useClientState()
  const { texts } = useLanguage()
  const wide = useWide()
  useBack(onBack)
  // Told anew when this device's own key comes or goes.
  const [changes, setChanges] = useState(0)
  // All appears at once, when the longest part of it is known, so that nothing moves.
  const [loaded, setLoaded] = useState(false)
  const turnOff = useAction(async (signal) => {
    await client.unregister({ signal })
    // What the key opened ends with it; a session of the password goes on.
    if (acr === 'pwd') setChanges(changes + 1)
    else onLeave('turnedOff')
  })
  return (
    <Frame ways={[{ label: texts.back, onPress: onBack }]}>
      <Title>{texts.settings}</Title>
      <View style={[wide ? styles.beside : styles.below, !loaded && styles.waiting]}>
        <View style={[styles.below, wide && styles.column]}>
          <Biometrics turnOff={turnOff} onChange={() => setChanges(changes + 1)} />
          <Devices
            account={account}
            changes={changes}
            onLoaded={() => setLoaded(true)}
            onTurnOff={turnOff.run}
          />
        </View>
        <View style={[styles.below, wide && styles.column]}>
          <SignOut onSignOut={() => onLeave('signOut')} />
          <Languages />
          <Stored />
        </View>
      </View>
    </Frame>
  )
}

function SignOut({ onSignOut }: { readonly onSignOut: () => void }): ReactElement {
  const { texts } = useLanguage()
  const errorText = useErrorText()
  const everywhere = useAction(async () => {
    await bank.endSessions()
    onSignOut()
  })
  return (
    <Card>
      <Subtitle>{texts.signOut}</Subtitle>
      <Notice lead={texts.signOutEverywhereLead} error={errorText(everywhere.error)} lines={2} />
      <Button label={texts.signOut} onPress={onSignOut} />
      <Button label={texts.signOutEverywhere} busy={everywhere.pending} onPress={() => everywhere.run()} />
    </Card>
  )
}

function Languages(): ReactElement {
  const { code, choose, texts } = useLanguage()
  return (
    <Card>
      <Subtitle>{texts.languages}</Subtitle>
      <View role="radiogroup" aria-label={texts.languages} style={styles.languages}>
        {Object.entries(languages).map(([each, { language }]) => (
          <Button
            key={each}
            kind="small"
            label={language}
            checked={each === code}
            onPress={() => choose(each)}
          />
        ))}
      </View>
    </Card>
  )
}

const styles = StyleSheet.create({
  waiting: { display: 'none' },
  below: { gap: space.l },
  beside: { flexDirection: 'row', alignItems: 'flex-start', gap: space.l },
  column: { flex: 1 },
  languages: { flexDirection: 'row', flexWrap: 'wrap', gap: space.s },
})
