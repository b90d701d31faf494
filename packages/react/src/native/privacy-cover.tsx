import { type ReactElement, useSyncExternalStore } from 'react'
import { AppState, StyleSheet, View } from 'react-native'
import type { PrivacyCoverProps } from '../cover.ts'

/**
 * Covers content while the app is not in front: iOS takes the picture for its app switcher then. On Android, and against
 * screenshots, the system has a flag of its own, which belongs to the platform. A `Modal` of React Native is a window of its
 * own and is not covered: keep secrets out of modals. With react-native-web it covers a hidden page.
 */
export function PrivacyCover({ children, cover }: PrivacyCoverProps): ReactElement {
  const hidden = useSyncExternalStore(watch, isAway, () => false)
  return (
    <View style={styles.fill}>
      <View
        style={[styles.fill, hidden && styles.unseen]}
        aria-hidden={hidden}
        importantForAccessibility={hidden ? 'no-hide-descendants' : 'auto'}
      >
        {children}
      </View>
      {hidden && (
        <View style={styles.over} testID="keybound-cover">
          {cover}
        </View>
      )}
    </View>
  )
}

function watch(listener: () => void): () => void {
  const subscription = AppState.addEventListener('change', listener)
  return () => subscription.remove()
}

function isAway(): boolean {
  return AppState.currentState !== 'active'
}

const styles = StyleSheet.create({
  fill: { flex: 1 },
  unseen: { opacity: 0, pointerEvents: 'none' },
  over: { position: 'absolute', top: 0, right: 0, bottom: 0, left: 0, backgroundColor: 'white' },
})
