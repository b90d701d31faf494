import { KeyboundProvider, LockGate, useAction, useClientState, useKeybound } from '@keybound/react'
import { PrivacyCover } from '@keybound/react/native'
import { createKeyboundClient, reactNativePlatform, reactNativeTokens } from '@keybound/react-native'
import { useState } from 'react'
import { Button, StyleSheet, Text, TextInput, View } from 'react-native'

const client = createKeyboundClient({
  server: 'https://api.bank.example',
  platform: reactNativePlatform(),
  tokens: reactNativeTokens({ clientId: 'bank-app' }),
})

export default function App() {
  return (
    <KeyboundProvider client={client}>
      <PrivacyCover>
        <View style={styles.page}>
          <LockGate locked={<Locked />} signedOut={<SignedOut />}>
            {({ account }) => <Inside account={account} />}
          </LockGate>
        </View>
      </PrivacyCover>
    </KeyboundProvider>
  )
}

/** Nobody is known on this phone yet. */
function SignedOut() {
  const client = useKeybound()
  const [username, setUsername] = useState('')
  const [password, setPassword] = useState('')
  const signIn = useAction((signal) => client.signInWithPassword({ username, password, signal }))
  return (
    <>
      <TextInput placeholder="Name" autoCapitalize="none" onChangeText={setUsername} />
      <TextInput placeholder="Password" secureTextEntry onChangeText={setPassword} />
      <Button title="Sign in" disabled={signIn.pending} onPress={() => signIn.run()} />
      {signIn.error && <Text>{signIn.error.message}</Text>}
    </>
  )
}

/** A key of the account is on this phone: one touch opens the session. */
function Locked() {
  const client = useKeybound()
  const unlock = useAction((signal) => client.unlock({ signal }))
  return (
    <>
      <Button title="Unlock" disabled={unlock.pending} onPress={() => unlock.run()} />
      {unlock.error && <Text>{unlock.error.message}</Text>}
    </>
  )
}

/** Exists only while there is a session. After a sign-in with the password it offers the finger or the face. */
function Inside({ account }: { readonly account: string }) {
  const client = useKeybound()
  const { acr } = useClientState()
  const register = useAction((signal) => client.register({ name: 'My phone', signal }))
  return (
    <>
      <Text>
        Hello, {account}. Signed in at {acr}.
      </Text>
      <Button title="Sign in with biometrics from now on" onPress={() => register.run()} />
      {register.error && <Text>{register.error.message}</Text>}
      <Button title="Lock" onPress={client.lock} />
    </>
  )
}

const styles = StyleSheet.create({ page: { flex: 1, justifyContent: 'center', gap: 16, padding: 24 } })
