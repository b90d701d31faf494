import { useClientState, useKeybound } from '@keybound/react'
import type { KeyboundError } from '@keybound/web'
import type { ReactElement, ReactNode } from 'react'
import { StyleSheet, View } from 'react-native'
import type { Account, Movement } from '../bank.ts'
import { writeAmount, writeDay } from '../money.ts'
import { useErrorText, useLanguage } from '../texts/language.tsx'
import { Button } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { Frame } from '../ui/frame.tsx'
import { Notice } from '../ui/notice.tsx'
import { space, useTheme, useWide } from '../ui/theme.ts'
import { Body, figures, Quiet, Subtitle, Title } from '../ui/words.tsx'

/** What the home screen takes. */
export interface HomeProps {
  readonly account: Account | undefined
  /** Notices about the account's keys. */
  readonly news: ReactNode
  readonly error: KeyboundError | undefined
  /** Asks the bank again. */
  readonly reload: () => unknown
  readonly onSend: () => void
  readonly onSettings: () => void
  readonly onTurnOn: () => void
}

/** Balance and movements. */
export function Home(props: HomeProps): ReactElement {
  const { account, news, error, reload, onSend, onSettings, onTurnOn } = props
  const client = useKeybound()
  const { reason } = useClientState()
  const { texts } = useLanguage()
  const wide = useWide()
  const keyless = reason === 'passwordOnly'
  const ways = [
    { label: texts.settings, onPress: onSettings },
    { label: texts.lock, onPress: client.lock },
  ]
  return (
    <Frame ways={ways}>
      <View style={wide ? styles.beside : styles.below}>
        <View style={[styles.below, wide && styles.left]}>
          <Card>
            <Balance account={account} error={error} />
            {error && <Button label={texts.tryAgain} onPress={reload} />}
            <Button kind="main" label={texts.sendMoney} onPress={keyless ? onTurnOn : onSend} />
            {keyless && <Quiet style={styles.small}>{texts.needsKey}</Quiet>}
          </Card>
          {news}
        </View>
        {account && (
          <View style={wide && styles.right}>
            <Card>
              <Subtitle>{texts.movements}</Subtitle>
              <Movements account={account} />
            </Card>
          </View>
        )}
      </View>
    </Frame>
  )
}

function Balance({ account, error }: Pick<HomeProps, 'account' | 'error'>): ReactElement {
  const { texts, code } = useLanguage()
  const errorText = useErrorText()
  return (
    <View>
      <Title>{texts.balance}</Title>
      <Body style={[figures, styles.balance]}>
        {account ? writeAmount(account.minor, account.currency, code) : ' '}
      </Body>
      {error === undefined ? (
        <View style={styles.owner}>
          <Body style={styles.holder}>{account?.holder ?? ' '}</Body>
          <Quiet style={[figures, styles.small]}>{account?.number ?? ' '}</Quiet>
        </View>
      ) : (
        <Notice error={errorText(error)} lines={2} />
      )}
    </View>
  )
}

function Movements({ account }: { readonly account: Account }): ReactElement {
  const { texts } = useLanguage()
  if (account.movements.length === 0) return <Quiet>{texts.noMovements}</Quiet>
  return (
    <View role="list">
      {account.movements.map((movement, index) => (
        <Line key={movement.id} movement={movement} currency={account.currency} first={index === 0} />
      ))}
    </View>
  )
}

interface LineProps {
  readonly movement: Movement
  readonly currency: string
  readonly first: boolean
}

function Line({ movement: { name, at, minor, reference }, currency, first }: LineProps): ReactElement {
  const { code } = useLanguage()
  const { line, good, text } = useTheme()
  const day = writeDay(at, code)
  return (
    <View role="listitem" style={[styles.line, !first && { borderTopWidth: 1, borderColor: line }]}>
      <View style={styles.who}>
        <Body numberOfLines={1} style={styles.name}>
          {name}
        </Body>
        <Quiet numberOfLines={1} style={styles.small}>
          {reference === '' ? day : `${day} · ${reference}`}
        </Quiet>
      </View>
      <Body style={[figures, styles.amount, { color: minor > 0 ? good : text }]}>
        {writeAmount(minor, currency, code, 'exceptZero')}
      </Body>
    </View>
  )
}

const styles = StyleSheet.create({
  below: { gap: space.l },
  beside: { flexDirection: 'row', alignItems: 'flex-start', gap: space.l },
  left: { width: 380 },
  right: { flex: 1 },
  balance: { fontSize: 40, lineHeight: 52, fontWeight: '700', letterSpacing: -1 },
  owner: { paddingBottom: space.s },
  holder: { fontWeight: '600' },
  small: { fontSize: 14, lineHeight: 20 },
  line: { flexDirection: 'row', alignItems: 'center', gap: space.m, paddingVertical: space.m },
  who: { flex: 1 },
  name: { fontWeight: '600' },
  amount: { fontWeight: '600' },
})
