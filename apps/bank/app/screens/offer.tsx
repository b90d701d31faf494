import { useAction, useKeybound } from '@keybound/react'
import type { ReactElement } from 'react'
import { StyleSheet, View } from 'react-native'
import { deviceName } from '../device-name.ts'
import { useErrorText, useLanguage } from '../texts/language.tsx'
import { Button } from '../ui/button.tsx'
import { Single } from '../ui/frame.tsx'
import { Notice } from '../ui/notice.tsx'
import { space, useTheme } from '../ui/theme.ts'
import { Body, Title } from '../ui/words.tsx'
import { useBack } from '../use-back.ts'

/** What the offer takes. */
export interface OfferProps {
  /** The key that was here is of no use any more, and makes room. */
  readonly again: boolean
  readonly onRenewed: () => void
  readonly onDone: () => void
}

/** The offer to make a key on this device, which can be declined. */
export function Offer({ again, onRenewed, onDone }: OfferProps): ReactElement {
  const client = useKeybound()
  const { texts } = useLanguage()
  const errorText = useErrorText()
  const turnOn = useAction(async (signal) => {
    if (again) await client.unregister({ signal })
    onRenewed()
    await client.register({ name: deviceName(), signal })
    onDone()
  })
  const decline = () => {
    turnOn.cancel()
    onDone()
  }
  useBack(decline)
  return (
    <Single>
      <Title>{texts.offer}</Title>
      <Notice lead={again ? texts.offerAgain : texts.offerLead} error={errorText(turnOn.error)} />
      <View role="list" style={styles.points}>
        {texts.offerPoints.map((point) => (
          <Point key={point} text={point} />
        ))}
      </View>
      <View style={styles.buttons}>
        <Button kind="main" label={texts.turnOn} busy={turnOn.pending} onPress={() => turnOn.run()} />
        <Button label={texts.notNow} onPress={decline} />
      </View>
    </Single>
  )
}

function Point({ text }: { readonly text: string }): ReactElement {
  const { accent } = useTheme()
  return (
    <View role="listitem" style={styles.point}>
      <View style={[styles.dot, { backgroundColor: accent }]} />
      <Body style={styles.text}>{text}</Body>
    </View>
  )
}

const styles = StyleSheet.create({
  points: { gap: space.s, paddingBottom: space.s },
  point: { flexDirection: 'row', gap: space.m },
  dot: { width: 6, height: 6, borderRadius: 3, marginTop: 9 },
  text: { flex: 1, fontSize: 15, lineHeight: 22 },
  buttons: { gap: space.m },
})
