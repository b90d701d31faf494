import type { ReactElement, ReactNode } from 'react'
import { StyleSheet, View } from 'react-native'
import { radius, space, useTheme } from './theme.ts'

/** A surface with what belongs together. */
export function Card({ children }: { readonly children: ReactNode }): ReactElement {
  const { card, line, shadow } = useTheme()
  return (
    <View style={[styles.card, { backgroundColor: card, borderColor: line, boxShadow: shadow }]}>
      {children}
    </View>
  )
}

const styles = StyleSheet.create({
  card: { padding: space.xl - space.s, gap: space.m, borderRadius: radius.card, borderWidth: 1 },
})
