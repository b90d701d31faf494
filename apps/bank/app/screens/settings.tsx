import { useAction, useClientState, useKeybound } from '@keybound/react'
import { type ReactElement, useEffect, useState } from 'react'
import { StyleSheet, View } from 'react-native'
import { bank } from '../bank.ts'
import { deviceName } from '../device-name.ts'
import { languages, useErrorText, useLanguage } from '../texts/language.tsx'
import { Button } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { Frame } from '../ui/frame.tsx'
import { Notice } from '../ui/notice.tsx'
import { space, useWide } from '../ui/theme.ts'
import { Subtitle, Title } from '../ui/words.tsx'
import { Devices } from './devices.tsx'
import { Stored } from './stored.tsx'

/** What the settings take. */
export interface SettingsProps {
  readonly onBack: () => void
  readonly onSignOut: () => void
}

/** Devices and keys, what lies here, language, signing out. */
export function Settings({ onBack, onSignOut }: SettingsProps): ReactElement {
  const { texts } = useLanguage()
  const wide = useWide()
  // Told anew when this device's own key comes or goes.
  const [changes, setChanges] = useState(0)
  // All appears at once, when the longest part of it is known, so that nothing moves.
  const [loaded, setLoaded] = useState(false)
  return (
    <Frame ways={[{ label: texts.back, onPress: onBack }]}>
      <Title>{texts.settings}</Title>
      <View style={[wide ? styles.beside : styles.below, !loaded && styles.waiting]}>
        <View style={[styles.below, wide && styles.column]}>
          <Biometrics onChange={() => setChanges(changes + 1)} />
          <Devices changes={changes} onLoaded={() => setLoaded(true)} />
        </View>
        <View style={[styles.below, wide && styles.column]}>
          <SignOut onSignOut={onSignOut} />
          <Languages />
          <Stored />
        </View>
      </View>
    </Frame>
  )
}

/** The key of this device, made and removed. */
function Biometrics({ onChange }: { readonly onChange: () => void }): ReactElement {
  const client = useKeybound()
  const { reason } = useClientState()
  const { texts } = useLanguage()
  const errorText = useErrorText()
  const [missing, setMissing] = useState<string>()
  const off = reason === 'passwordOnly'
  useEffect(() => {
    void client.availability().then(
      (can) => setMissing(can.available ? undefined : can.explanation),
      () => {},
    )
  }, [client])
  const change = useAction(async (signal) => {
    if (off) await client.register({ name: deviceName(), signal })
    else await client.unregister({ signal })
    onChange()
  })
  const again = change.error?.code.startsWith('grant_') ? texts.biometricsAgain : errorText(change.error)
  return (
    <Card>
      <Subtitle>{texts.biometrics}</Subtitle>
      <Notice lead={(off && missing) || (off ? texts.biometricsOff : texts.biometricsOn)} error={again} />
      <Button
        kind={off ? 'main' : 'plain'}
        label={off ? texts.turnOn : texts.turnOff}
        busy={change.pending}
        onPress={() => change.run()}
      />
    </Card>
  )
}

function SignOut({ onSignOut }: Pick<SettingsProps, 'onSignOut'>): ReactElement {
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
  languages: { flexDirection: 'row', gap: space.s },
})
