import { type ReactElement, type ReactNode, useEffect, useRef } from 'react'
import { StyleSheet, Text, type TextProps, type TextStyle } from 'react-native'
import { useTheme } from './theme.ts'

interface WordsProps extends TextProps {
  readonly children: ReactNode
}

/** The heading of a screen. Takes the focus when the screen appears, so that it is read out and tabbing begins there. */
export function Title({ children, focus = true }: WordsProps & { readonly focus?: boolean }): ReactElement {
  const { text } = useTheme()
  const heading = useRef<Text>(null)
  useEffect(() => {
    if (focus) heading.current?.focus?.()
  }, [focus])
  return (
    <Text ref={heading} role="heading" {...level(1)} {...focusable} style={[styles.title, { color: text }]}>
      {children}
    </Text>
  )
}

/** The heading of a part of a screen. */
export function Subtitle({ children }: WordsProps): ReactElement {
  const { text } = useTheme()
  return (
    <Text role="heading" {...level(2)} style={[styles.subtitle, { color: text }]}>
      {children}
    </Text>
  )
}

/** Plain text. */
export function Body({ children, style, ...props }: WordsProps): ReactElement {
  const { text } = useTheme()
  return (
    <Text {...props} style={[styles.body, { color: text }, style]}>
      {children}
    </Text>
  )
}

/** What explains, and stands back. */
export function Quiet({ children, style, ...props }: WordsProps): ReactElement {
  const { quiet } = useTheme()
  return (
    <Text {...props} style={[styles.quiet, { color: quiet }, style]}>
      {children}
    </Text>
  )
}

/** Figures that stand under each other. */
export const figures: TextStyle = { fontVariant: ['tabular-nums'] }

/** By script only: tabbing passes it by. */
const focusable: object = { tabIndex: -1 }

/** React Native has no levels of headings; react-native-web passes them on. */
function level(number: 1 | 2): object {
  return { 'aria-level': number }
}

const styles = StyleSheet.create({
  title: { fontSize: 26, lineHeight: 32, fontWeight: '700', letterSpacing: -0.4 },
  subtitle: { fontSize: 17, lineHeight: 24, fontWeight: '600', letterSpacing: -0.1 },
  body: { fontSize: 16, lineHeight: 24 },
  quiet: { fontSize: 15, lineHeight: 22 },
})
