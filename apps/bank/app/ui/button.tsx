import { type ReactElement, useState } from 'react'
import { Pressable, StyleSheet, Text } from 'react-native'
import { radius, space, useTheme } from './theme.ts'

/** What a button takes. */
export interface ButtonProps {
  /** What it does; also its accessible name. */
  readonly label: string
  readonly onPress: () => void
  /** `main`: the one thing to do here. `plain`: the others. `small`: beside something in a list. Default `plain`. */
  readonly kind?: 'main' | 'plain' | 'small'
  /** Under way: stays in place, takes no more presses, and says that it is busy. */
  readonly busy?: boolean
  /** One of several of which one is chosen: whether it is this. */
  readonly checked?: boolean
  /** More for screen readers where the label alone is not clear, such as which device. */
  readonly describes?: string
}

/** A button. */
export function Button({
  label,
  onPress,
  kind = 'plain',
  busy = false,
  checked,
  describes,
}: ButtonProps): ReactElement {
  const theme = useTheme()
  const [hovered, setHovered] = useState(false)
  const main = kind === 'main'
  const strong = hovered || busy
  const press = () => {
    if (!busy) onPress()
  }
  return (
    <Pressable
      role={checked === undefined ? 'button' : 'radio'}
      aria-checked={checked}
      aria-busy={busy}
      aria-disabled={busy}
      aria-label={describes === undefined ? undefined : `${label}: ${describes}`}
      onPress={press}
      {...(checked !== undefined && bySpace(press))}
      onHoverIn={() => setHovered(true)}
      onHoverOut={() => setHovered(false)}
      style={({ pressed }) => [
        styles.button,
        kind === 'small' && styles.small,
        main
          ? {
              backgroundColor: strong || pressed ? theme.accentPressed : theme.accent,
              borderColor: 'transparent',
            }
          : {
              backgroundColor: pressed || checked ? theme.soft : 'transparent',
              borderColor: strong || checked ? theme.accent : theme.edge,
            },
      ]}
    >
      <Text
        style={[
          styles.label,
          kind === 'small' && styles.smallLabel,
          { color: main ? theme.onAccent : theme.text },
        ]}
      >
        {label}
      </Text>
    </Pressable>
  )
}

/** The space bar chooses among radio buttons (WAI-ARIA); react-native-web presses them by Enter alone. */
function bySpace(press: () => void): object {
  return {
    onKeyDown(event: KeyboardEvent) {
      if (event.key !== ' ') return
      // Else the page scrolls.
      event.preventDefault()
      press()
    },
  }
}

const styles = StyleSheet.create({
  button: {
    minHeight: 48,
    paddingHorizontal: space.l,
    paddingVertical: space.s,
    borderRadius: radius.control,
    borderWidth: 1,
    alignItems: 'center',
    justifyContent: 'center',
  },
  small: { minHeight: 40, paddingHorizontal: space.m },
  label: { fontSize: 16, lineHeight: 24, fontWeight: '600', textAlign: 'center' },
  smallLabel: { fontSize: 15 },
})
