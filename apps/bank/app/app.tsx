import { KeyboundProvider, LockGate } from '@keybound/react'
import { PrivacyCover } from '@keybound/react/native'
import { type ReactElement, useState } from 'react'
import { StyleSheet, View } from 'react-native'
import { client } from './client.ts'
import { Inside } from './inside.tsx'
import { SignIn } from './screens/sign-in.tsx'
import { Unlock } from './screens/unlock.tsx'
import { LanguageProvider } from './texts/language.tsx'
import { Mark } from './ui/mark.tsx'
import { useTheme } from './ui/theme.ts'

/** The bank. */
export function App(): ReactElement {
  return (
    <KeyboundProvider client={client}>
      <LanguageProvider>
        <PrivacyCover cover={<Cover />}>
          <Gate />
        </PrivacyCover>
      </LanguageProvider>
    </KeyboundProvider>
  )
}

/** How the last unlock failed, when the key of this device is no longer of use: then it is made anew. */
export type Broken = boolean

/** What is seen is decided by the client's state; all that is kept here is what the user asked for outside. */
function Gate(): ReactElement {
  const [asked, setAsked] = useState<'touch' | 'password' | 'nothing'>('touch')
  const [broken, setBroken] = useState<Broken>(false)
  const signIn = <SignIn />
  const unlock = (
    <Unlock
      atOnce={asked === 'touch'}
      onBroken={() => setBroken(true)}
      onPassword={() => setAsked('password')}
    />
  )
  return (
    <LockGate signedOut={signIn} locked={asked === 'password' ? signIn : unlock}>
      <Inside
        broken={broken}
        onOpen={() => setAsked('nothing')}
        onRenewed={() => setBroken(false)}
        onSignOut={() => setAsked('password')}
      />
    </LockGate>
  )
}

function Cover(): ReactElement {
  const { ground } = useTheme()
  return (
    <View style={[styles.cover, { backgroundColor: ground }]}>
      <Mark size={64} />
    </View>
  )
}

const styles = StyleSheet.create({
  cover: { flex: 1, alignItems: 'center', justifyContent: 'center' },
})
