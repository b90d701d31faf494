import type { ReactElement } from 'react'
import { StyleSheet, View } from 'react-native'
import { space, useTheme } from './theme.ts'
import { Body, figures, Quiet } from './words.tsx'

/** A label and what it says. */
export interface Row {
  readonly label: string
  readonly value: readonly string[]
}

/** Rows with labels, one under the other; the first may be large, as an amount is. */
export function Rows({
  rows,
  large = false,
}: {
  readonly rows: readonly Row[]
  readonly large?: boolean
}): ReactElement {
  const { line } = useTheme()
  return (
    <View>
      {rows.map(({ label, value }, index) => (
        <View key={label} style={[styles.row, index > 0 && { borderTopWidth: 1, borderColor: line }]}>
          <Quiet style={styles.label}>{label}</Quiet>
          {value.map((text, at) => (
            <Body
              key={text}
              style={[figures, large && index === 0 ? styles.large : at === 0 ? styles.first : styles.more]}
            >
              {text}
            </Body>
          ))}
        </View>
      ))}
    </View>
  )
}

const styles = StyleSheet.create({
  row: { paddingVertical: space.m, gap: 2 },
  label: { fontSize: 13, lineHeight: 18 },
  large: { fontSize: 30, lineHeight: 38, fontWeight: '700', letterSpacing: -0.5 },
  first: { fontWeight: '600' },
  more: { fontSize: 14, lineHeight: 20, opacity: 0.85 },
})
