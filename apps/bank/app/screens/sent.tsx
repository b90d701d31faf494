import { useAction } from '@keybound/react'
import { KeyboundError, type TransactionView } from '@keybound/web'
import type { ReactElement } from 'react'
import { useState } from 'react'
import { StyleSheet, View } from 'react-native'
import { bank } from '../bank.ts'
import { writeTime } from '../money.ts'
import { saveFile } from '../save-file.ts'
import { useErrorText, useLanguage } from '../texts/language.tsx'
import { Button } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { Frame } from '../ui/frame.tsx'
import { Notice } from '../ui/notice.tsx'
import { Rows } from '../ui/rows.tsx'
import { space } from '../ui/theme.ts'
import { Title } from '../ui/words.tsx'
import { useBack } from '../use-back.ts'

/** What the last screen of a payment takes. */
export interface SentProps {
  readonly transaction: TransactionView
  readonly receipt: string
  readonly onDone: () => void
}

/** The payment was carried out; its receipt can be kept, and judged without the bank's word. */
export function Sent({ transaction: { id, shown }, receipt, onDone }: SentProps): ReactElement {
  const { texts, code } = useLanguage()
  const errorText = useErrorText()
  useBack(onDone)
  const [verdict, setVerdict] = useState<{ readonly good?: string; readonly bad?: string }>({})

  const verify = useAction(async () => {
    setVerdict({})
    try {
      const judged = await bank.verify(receipt)
      const isThis = judged.statement.id === id
      setVerdict(
        isThis ? { good: texts.verified(writeTime(judged.approvedAt, code)) } : { bad: texts.notVerified },
      )
    } catch (error) {
      if (!(error instanceof KeyboundError) || !error.code.startsWith('receipt_')) throw error
      setVerdict({ bad: texts.notVerified })
    }
  })
  const save = useAction(() => saveFile(`receipt-${id}.txt`, receipt))
  const error = verdict.bad ?? errorText(verify.error ?? save.error)

  return (
    <Frame narrow ways={[]}>
      <Card>
        <Title>{texts.sent}</Title>
        <View aria-live="polite">
          <Notice lead={verdict.good ?? texts.sentLead} error={error} />
        </View>
        <Rows rows={shown.rows} large />
        <View style={styles.buttons}>
          <Button kind="main" label={texts.done} onPress={onDone} />
          <Button label={texts.verifyReceipt} busy={verify.pending} onPress={() => verify.run()} />
          <Button label={texts.saveReceipt} busy={save.pending} onPress={() => save.run()} />
        </View>
      </Card>
    </Frame>
  )
}

const styles = StyleSheet.create({
  buttons: { gap: space.m, paddingTop: space.s },
})
