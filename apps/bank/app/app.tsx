import { KeyboundProvider, LockGate } from '@keybound/react'
import { PrivacyCover } from '@keybound/react/native'
import { type ReactElement, useState } from 'react'
import { StyleSheet, View } from 'react-native'
import { client } from './client.ts'
import { Inside } from './inside.tsx'
import { Mishap } from './mishap.tsx'
import { type Left, SignIn } from './screens/sign-in.tsx'
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
          <Mishap>
            <Gate />
          </Mishap>
        </PrivacyCover>
      </LanguageProvider>
    </KeyboundProvider>
  )
}

/** What the user asked for outside, and what has to be said there. What is seen is decided by the client's state. */
interface Outside {
  /** `touch`: the app was just opened, and asks at once. */
  readonly asked: 'touch' | 'password' | 'nothing'
  /** The key of this device failed, so that the next one takes its place. */
  readonly broken: boolean
  /** The account whose touch failed here last, which may have no key any more: only its person can tell. */
  readonly touchFailed: string | undefined
  readonly left: Left | undefined
}

function Gate(): ReactElement {
  const [{ asked, broken, touchFailed, left }, setOutside] = useState<Outside>({
    asked: 'touch',
    broken: false,
    touchFailed: undefined,
    left: undefined,
  })
  const change = (to: Partial<Outside>) => setOutside((now) => ({ ...now, ...to }))
  const signIn = <SignIn left={left} />
  const unlock = (
    <Unlock
      atOnce={asked === 'touch'}
      onBroken={(now) => change({ broken: now })}
      onTouchFailed={(account) => change({ touchFailed: account })}
      onPassword={() => change({ asked: 'password' })}
    />
  )
  return (
    <LockGate starting={<Cover />} signedOut={signIn} locked={asked === 'password' ? signIn : unlock}>
      <Inside
        broken={broken}
        touchFailed={touchFailed}
        onOpen={() => change({ asked: 'nothing', left: undefined })}
        onRenewed={() => change({ broken: false, touchFailed: undefined })}
        onLeave={(why) => change({ asked: 'password', left: why })}
      />
    </LockGate>
  )
}

/** The mark alone: over a hidden app, and while it starts; in a browser public/index.html draws the same beforehand. */
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
