import type { ReactElement } from 'react'
import { StyleSheet, View } from 'react-native'

/** The bank's mark: a key, drawn of plain views so that it looks alike everywhere. */
export function Mark({ size = 40 }: { readonly size?: number }): ReactElement {
  const unit = size / 32
  const stroke = 2.6 * unit
  return (
    <View aria-hidden style={[styles.ground, { width: size, height: size, borderRadius: 9 * unit }]}>
      <View
        style={[
          styles.ring,
          {
            top: 6.7 * unit,
            left: 10.2 * unit,
            width: 11.6 * unit,
            height: 11.6 * unit,
            borderWidth: stroke,
          },
        ]}
      />
      <View
        style={[
          styles.bar,
          { top: 17 * unit, left: 16 * unit - stroke / 2, width: stroke, height: 9.3 * unit },
        ]}
      />
      <View style={[styles.bar, { top: 20.5 * unit, left: 16 * unit, width: 4.7 * unit, height: stroke }]} />
    </View>
  )
}

const styles = StyleSheet.create({
  ground: { backgroundColor: '#0f766e' },
  ring: { position: 'absolute', borderRadius: 99, borderColor: '#ffffff' },
  bar: { position: 'absolute', borderRadius: 99, backgroundColor: '#ffffff' },
})
