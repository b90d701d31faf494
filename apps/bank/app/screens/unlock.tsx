import { useAction, useClientState, useKeybound } from '@keybound/react'
import { type ReactElement, useEffect, useRef, useState } from 'react'
import { AppState, StyleSheet, View } from 'react-native'
import { beyondRepair } from '../texts/error-text.ts'
import { useErrorText, useLanguage } from '../texts/language.tsx'
import { Button } from '../ui/button.tsx'
import { Single } from '../ui/frame.tsx'
import { Notice } from '../ui/notice.tsx'
import { space } from '../ui/theme.ts'
import { Quiet, Title } from '../ui/words.tsx'

/** What the locked view takes. */
export interface UnlockProps {
  /** Asks for the touch as soon as it appears: when the app was opened, not when the user locked it. */
  readonly atOnce: boolean
  /** Whether the key of this device is no longer of use, by the last try. */
  readonly onBroken: (broken: boolean) => void
  /** The touch was refused, which a key that is gone looks like too. */
  readonly onTouchFailed: (account: string | undefined) => void
  readonly onPassword: () => void
}

/** The locked app. */
export function Unlock({ atOnce, onBroken, onTouchFailed, onPassword }: UnlockProps): ReactElement {
  const client = useKeybound()
  const { account, accounts, reason } = useClientState()
  const { texts } = useLanguage()
  const errorText = useErrorText()
  const [chosen, setChosen] = useState(account ?? accounts[0]?.account)
  const [asked, setAsked] = useState(false)
  const name = accounts.find((one) => one.account === chosen)?.name ?? ''

  const unlock = useAction((signal) =>
    client.unlock({ signal, ...(chosen !== undefined && { account: chosen }) }),
  )
  const { run, cancel } = unlock
  useOnOpening(atOnce, run)

  const broken = unlock.error !== undefined && beyondRepair.includes(unlock.error.code)
  // biome-ignore lint/correctness/useExhaustiveDependencies: tells it when it changes, whoever hears it now.
  useEffect(() => onBroken(broken), [broken])

  // The server ended the session, such as from another device.
  const isOver = reason === 'expired' || reason === 'revoked'
  // A browser may want a press before it asks: then the button is simply there.
  const quiet = !asked && unlock.error?.code === 'prompt_refused'
  const choose = (id: string) => {
    cancel()
    setChosen(id)
  }
  const press = () => {
    setAsked(true)
    void run()
  }
  return (
    <Single>
      <Title>{texts.locked}</Title>
      <Notice
        lead={isOver ? texts.sessionOver : texts.lockedLead(name)}
        error={quiet ? undefined : errorText(unlock.error)}
      />
      {accounts.length > 1 && <Accounts chosen={chosen} onChoose={choose} />}
      <View style={styles.buttons}>
        <Button kind="main" label={texts.unlock} busy={unlock.pending} onPress={press} />
        <Button
          label={texts.usePassword}
          onPress={() => {
            cancel()
            if (asked && unlock.error?.code === 'prompt_refused') onTouchFailed(chosen)
            onPassword()
          }}
        />
      </View>
    </Single>
  )
}

/** Runs when the app is opened, and when it comes back from where it was out of sight. */
function useOnOpening(atOnce: boolean, run: () => unknown): void {
  // It may have locked out of sight.
  const away = useRef(AppState.currentState === 'background')
  const begin = useRef(atOnce)
  useEffect(() => {
    if (begin.current) void run()
    begin.current = false
    const subscription = AppState.addEventListener('change', (state) => {
      if (state === 'active' && away.current) void run()
      away.current = state === 'background'
    })
    return () => subscription.remove()
  }, [run])
}

interface AccountsProps {
  readonly chosen: string | undefined
  readonly onChoose: (account: string) => void
}

/** Several people use this device. */
function Accounts({ chosen, onChoose }: AccountsProps): ReactElement {
  const { accounts } = useClientState()
  const { texts } = useLanguage()
  return (
    <View role="radiogroup" aria-label={texts.whose} style={styles.accounts}>
      <Quiet>{texts.whose}</Quiet>
      {accounts.map(({ account, name }) => (
        <Button
          key={account}
          kind="small"
          checked={account === chosen}
          label={name ?? account}
          onPress={() => onChoose(account)}
        />
      ))}
    </View>
  )
}

const styles = StyleSheet.create({
  buttons: { gap: space.m },
  accounts: { flexDirection: 'row', flexWrap: 'wrap', alignItems: 'center', gap: space.s },
})
