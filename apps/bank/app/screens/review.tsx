import { useAction, useKeybound } from '@keybound/react'
import { KeyboundError, type TransactionView } from '@keybound/web'
import type { ReactElement } from 'react'
import { StyleSheet, View } from 'react-native'
import { writeTime } from '../money.ts'
import { useErrorText, useLanguage } from '../texts/language.tsx'
import { Button } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { Frame } from '../ui/frame.tsx'
import { Notice } from '../ui/notice.tsx'
import { Rows } from '../ui/rows.tsx'
import { space } from '../ui/theme.ts'
import { Quiet, Title } from '../ui/words.tsx'
import { useBack } from '../use-back.ts'

/** What the review takes. */
export interface ReviewProps {
  readonly transaction: TransactionView
  readonly onSent: (receipt: string) => void
  /** `underWay`: the confirmation had begun; whether the touch came first is not known here. */
  readonly onCancel: (underWay: boolean) => void
}

/** What is signed, all of it and nothing else, and the one touch that signs it. No password stands in for it. */
export function Review({ transaction, onSent, onCancel }: ReviewProps): ReactElement {
  const client = useKeybound()
  const { texts, code } = useLanguage()
  const errorText = useErrorText()
  const { shown, expiresAt } = transaction

  const confirm = useAction(async (signal) => {
    const approve = () => client.approve(transaction, { signal })
    const { receipt } = await approve().catch(async (error: unknown) => {
      if (!(error instanceof KeyboundError) || error.code !== 'step_up_required') throw error
      // The session came from a password, or its touch is too long ago: first a session of this device's key.
      await client.signIn({ signal })
      return approve()
    })
    onSent(receipt)
  })
  const cancel = () => {
    confirm.cancel()
    onCancel(confirm.pending)
  }
  useBack(cancel)

  return (
    <Frame narrow ways={[]}>
      <Card>
        <Title>{shown.title}</Title>
        <Notice lead={texts.reviewLead} error={errorText(confirm.error)} />
        <Rows rows={shown.rows} large />
        <Quiet style={styles.expires}>{texts.expires(writeTime(expiresAt, code))}</Quiet>
        <View style={styles.buttons}>
          <Button kind="main" label={texts.confirm} busy={confirm.pending} onPress={() => confirm.run()} />
          <Button label={texts.cancel} onPress={cancel} />
        </View>
      </Card>
    </Frame>
  )
}

const styles = StyleSheet.create({
  expires: { fontSize: 14, lineHeight: 20 },
  buttons: { gap: space.m, paddingTop: space.s },
})
