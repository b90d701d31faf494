import { useAction, useKeybound } from '@keybound/react'
import type { TransactionView } from '@keybound/web'
import { type ReactElement, useRef, useState } from 'react'
import { StyleSheet, View } from 'react-native'
import { type Account, bank } from '../bank.ts'
import { readAmount } from '../money.ts'
import { newOperationId } from '../operation-id.ts'
import { useErrorText, useLanguage } from '../texts/language.tsx'
import { useRefusalText } from '../texts/refusal.ts'
import { Button } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { Field } from '../ui/field.tsx'
import { Frame } from '../ui/frame.tsx'
import { Notice } from '../ui/notice.tsx'
import { space } from '../ui/theme.ts'
import { Title } from '../ui/words.tsx'
import { useBack } from '../use-back.ts'

/** What the form takes. */
export interface SendProps {
  /** Whose limits are told. */
  readonly account: Account | undefined
  /** The bank prepared the payment: this is what is to be signed. */
  readonly onReview: (transaction: TransactionView) => void
  readonly onCancel: () => void
}

/** The form for a payment. */
export function Send({ account, onReview, onCancel }: SendProps): ReactElement {
  const client = useKeybound()
  const { texts, code } = useLanguage()
  const errorText = useErrorText()
  const refusalText = useRefusalText(account)
  const [to, setTo] = useState('')
  const [amount, setAmount] = useState('')
  const [reference, setReference] = useState('')
  const [wrong, setWrong] = useState<string>()
  const operation = useRef({ what: '', id: '' })

  const review = useAction(async (signal) => {
    const minor = readAmount(amount)
    const name = tidy(to)
    setWrong(name === '' ? texts.toMissing : minor === undefined ? texts.amountWrong : undefined)
    if (name === '' || minor === undefined) return
    const payment = { to: name, minor, reference: tidy(reference) }
    // The same again after a lost answer is the same payment; something else is another.
    const what = JSON.stringify(payment)
    if (operation.current.what !== what) operation.current = { what, id: newOperationId() }
    const prepared = await bank.prepare(payment, code, operation.current.id)
    if ('refused' in prepared) setWrong(refusalText(prepared.refused))
    else onReview(await client.transaction(prepared.id, { signal }))
  })
  const submit = () => void review.run()
  const cancel = () => {
    review.cancel()
    onCancel()
  }
  useBack(cancel)

  return (
    <Frame narrow ways={[]}>
      <Card>
        <Title>{texts.sendMoney}</Title>
        <Notice lead={texts.sendLead} error={wrong ?? errorText(review.error)} />
        <View role="form" aria-label={texts.sendMoney} style={styles.form}>
          <Field
            label={texts.to}
            hint={texts.toHint}
            value={to}
            onChangeText={setTo}
            maxLength={70}
            autoComplete="off"
            onSubmitEditing={submit}
          />
          <Field
            label={texts.amount}
            hint={texts.amountHint}
            value={amount}
            onChangeText={setAmount}
            // More than the longest amount has, so that none is cut down to another.
            maxLength={20}
            inputMode="decimal"
            autoComplete="off"
            onSubmitEditing={submit}
          />
          <Field
            label={texts.reference}
            hint={texts.referenceHint}
            value={reference}
            onChangeText={setReference}
            maxLength={140}
            autoComplete="off"
            onSubmitEditing={submit}
          />
          <Button kind="main" label={texts.review} busy={review.pending} onPress={submit} />
          <Button label={texts.cancel} onPress={cancel} />
        </View>
      </Card>
    </Frame>
  )
}

/** As a statement has texts: in NFC, with single spaces, and none at the ends. */
function tidy(text: string): string {
  return text.normalize('NFC').trim().replace(/\s+/g, ' ')
}

const styles = StyleSheet.create({
  form: { gap: space.m },
})
