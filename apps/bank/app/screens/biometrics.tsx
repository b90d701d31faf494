import { type Action, useAction, useClientState, useKeybound } from '@keybound/react'
import { type ReactElement, useEffect, useState } from 'react'
import { deviceName } from '../device-name.ts'
import { textOf } from '../texts/error-text.ts'
import { useErrorText, useLanguage } from '../texts/language.tsx'
import { Button } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { Notice } from '../ui/notice.tsx'
import { Subtitle } from '../ui/words.tsx'

/** What the switch takes. */
export interface BiometricsProps {
  readonly turnOff: Action<[], void>
  readonly onChange: () => void
}

/** The key of this device, made and removed. */
export function Biometrics({ turnOff, onChange }: BiometricsProps): ReactElement {
  const client = useKeybound()
  const { reason } = useClientState()
  const { texts } = useLanguage()
  const errorText = useErrorText()
  const [missing, setMissing] = useState<string>()
  const off = reason === 'passwordOnly'
  useEffect(() => {
    void client.availability().then(
      (can) => setMissing(can.available ? undefined : (textOf(texts, can.reason) ?? can.explanation)),
      () => {},
    )
  }, [client, texts])
  const turnOn = useAction(async (signal) => {
    await client.register({ name: deviceName(), signal })
    onChange()
  })
  // Whoever leaves is not asked any more.
  const { cancel } = turnOn
  useEffect(() => cancel, [cancel])
  const change = off ? turnOn : turnOff
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
