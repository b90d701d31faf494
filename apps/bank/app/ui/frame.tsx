import type { ReactElement, ReactNode } from 'react'
import { ScrollView, StyleSheet, Text, View } from 'react-native'
import { useLanguage } from '../texts/language.tsx'
import { Button } from './button.tsx'
import { Card } from './card.tsx'
import { Mark } from './mark.tsx'
import { space, useTheme, useWide } from './theme.ts'

/** A screen with one thing to do, in the middle: signing in, unlocking, an offer. */
export function Single({
  children,
  below,
}: {
  readonly children: ReactNode
  readonly below?: ReactNode
}): ReactElement {
  return (
    <ScrollView style={styles.fill} contentContainerStyle={styles.middle}>
      <View role="main" style={styles.column}>
        <Card>
          <Mark />
          {children}
        </Card>
        {below}
      </View>
    </ScrollView>
  )
}

/** A way out of the bar. */
export interface Way {
  readonly label: string
  readonly onPress: () => void
}

/** A screen of the open app: the bar with its ways, and below it what it is about. */
export function Frame({
  ways,
  children,
  narrow = false,
}: {
  readonly ways: readonly Way[]
  readonly children: ReactNode
  /** One column, as for forms. */
  readonly narrow?: boolean
}): ReactElement {
  const { texts } = useLanguage()
  const { text } = useTheme()
  const wide = useWide()
  return (
    <ScrollView style={styles.fill} contentContainerStyle={styles.page}>
      <View role="banner" style={styles.bar}>
        <Mark size={32} />
        <Text numberOfLines={1} style={[styles.name, { color: text }]}>
          {wide ? texts.name : ''}
        </Text>
        {ways.map(({ label, onPress }) => (
          <Button key={label} kind="small" label={label} onPress={onPress} />
        ))}
      </View>
      <View role="main" style={narrow ? styles.column : styles.wide}>
        {children}
      </View>
    </ScrollView>
  )
}

const styles = StyleSheet.create({
  fill: { flex: 1 },
  middle: { flexGrow: 1, justifyContent: 'center', padding: space.l },
  page: { padding: space.l, paddingTop: space.m, gap: space.l },
  column: { width: '100%', maxWidth: 432, alignSelf: 'center', gap: space.l },
  wide: { width: '100%', maxWidth: 1040, alignSelf: 'center', gap: space.l },
  bar: {
    width: '100%',
    maxWidth: 1040,
    alignSelf: 'center',
    flexDirection: 'row',
    flexWrap: 'wrap',
    alignContent: 'center',
    alignItems: 'center',
    gap: space.s,
    minHeight: 48,
  },
  name: { flex: 1, fontSize: 16, fontWeight: '600', paddingHorizontal: space.xs },
})
