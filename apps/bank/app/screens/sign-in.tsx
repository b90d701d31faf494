import { useAction, useClientState, useKeybound } from '@keybound/react'
import { type ReactElement, useState } from 'react'
import { StyleSheet, View } from 'react-native'
import { isDemo } from '../demo.ts'
import { textOf } from '../texts/error-text.ts'
import { useErrorText, useLanguage } from '../texts/language.tsx'
import { Button } from '../ui/button.tsx'
import { Field } from '../ui/field.tsx'
import { Single } from '../ui/frame.tsx'
import { Notice } from '../ui/notice.tsx'
import { space, useTheme } from '../ui/theme.ts'
import { Body, Quiet, Title } from '../ui/words.tsx'

/** What the sign-in takes. */
export interface SignInProps {
  /** How the last session ended, where that has to be said. */
  readonly left: Left | undefined
}

/** By signing out, by turning biometrics off here, or because the server ended it. */
export type Left = 'signOut' | 'turnedOff' | 'ended'

/** Why there is no session, where a touch does not help. */
const toldHere = ['revoked', 'invalidated', 'expired'] as const

/** Sign-in with the password, or with a key that is on this device. */
export function SignIn({ left }: SignInProps): ReactElement {
  const client = useKeybound()
  const { reason, account, accounts } = useClientState()
  const { texts } = useLanguage()
  const errorText = useErrorText()
  const [username, setUsername] = useState(accounts.find((one) => one.account === account)?.name ?? '')
  const [password, setPassword] = useState('')
  const [missing, setMissing] = useState(false)

  const withPassword = useAction((signal) =>
    client.signInWithPassword({ username: username.trim(), password, signal }),
  )
  const withBiometrics = useAction((signal) => {
    // A name that is typed says whose key; without one the device offers what it holds.
    const name = username.trim()
    const known = accounts.find((one) => one.name === name)
    return client.signIn({ signal, ...(name && { account: known?.account ?? name }) })
  })
  const busy = withPassword.pending || withBiometrics.pending

  const submit = () => {
    withBiometrics.cancel()
    withBiometrics.reset()
    const isMissing = username.trim() === '' || password === ''
    setMissing(isMissing)
    if (isMissing) withPassword.reset()
    else void withPassword.run()
  }
  const touch = () => {
    setMissing(false)
    withPassword.reset()
    void withBiometrics.run()
  }
  const over = left === 'ended' ? 'expired' : toldHere.find((one) => one === reason)
  const why = over && textOf(texts, over)
  const refused = missing ? texts.signInMissing : errorText(withPassword.error ?? withBiometrics.error)

  return (
    <Single below={isDemo && <DemoHint />}>
      <Title focus={why !== undefined}>{texts.signIn}</Title>
      <Notice
        lead={left === 'turnedOff' ? texts.turnedOff : texts.signInLead}
        error={refused ?? (busy ? undefined : why)}
      />
      <View role="form" aria-label={texts.signIn} style={styles.form}>
        <Field
          label={texts.username}
          value={username}
          onChangeText={setUsername}
          autoComplete="username"
          autoCapitalize="none"
          autoCorrect={false}
          spellCheck={false}
          onSubmitEditing={submit}
        />
        <Field
          label={texts.password}
          value={password}
          onChangeText={setPassword}
          autoComplete="current-password"
          secureTextEntry
          onSubmitEditing={submit}
        />
        <Button kind="main" label={texts.signIn} busy={withPassword.pending} onPress={submit} />
        <Or />
        <Button label={texts.signInBiometrics} busy={withBiometrics.pending} onPress={touch} />
      </View>
    </Single>
  )
}

function Or(): ReactElement {
  const { texts } = useLanguage()
  const { line } = useTheme()
  const rule = <View style={[styles.rule, { backgroundColor: line }]} />
  return (
    <View aria-hidden style={styles.or}>
      {rule}
      <Quiet style={styles.small}>{texts.or}</Quiet>
      {rule}
    </View>
  )
}

/** The accounts that everybody knows the password of; such a server refuses any address but this machine's. */
function DemoHint(): ReactElement {
  const { texts } = useLanguage()
  return (
    <View style={styles.demo}>
      <Quiet style={styles.small}>{texts.demo}</Quiet>
      <Body style={styles.small}>correct horse battery staple</Body>
    </View>
  )
}

const styles = StyleSheet.create({
  form: { gap: space.m },
  or: { flexDirection: 'row', alignItems: 'center', gap: space.m },
  rule: { flex: 1, height: 1 },
  small: { fontSize: 14, lineHeight: 20, textAlign: 'center' },
  demo: { alignItems: 'center' },
})
