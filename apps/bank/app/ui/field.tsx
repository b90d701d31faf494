import { type ReactElement, useState } from 'react'
import { StyleSheet, Text, TextInput, type TextInputProps, View } from 'react-native'
import { radius, space, useTheme } from './theme.ts'
import { Quiet } from './words.tsx'

/** What a field takes, beside what React Native's own takes. */
export interface FieldProps extends TextInputProps {
  /** Above the field, and its accessible name. */
  readonly label: string
  /** Below it: what is expected. */
  readonly hint?: string
}

/** A labelled text box. */
export function Field({ label, hint, ...props }: FieldProps): ReactElement {
  const theme = useTheme()
  const [focused, setFocused] = useState(false)
  return (
    <View style={styles.field}>
      <Text aria-hidden style={[styles.label, { color: theme.text }]}>
        {label}
      </Text>
      <TextInput
        // A refusal finds the person where they were typing.
        blurOnSubmit={false}
        {...props}
        aria-label={label}
        onFocus={() => setFocused(true)}
        onBlur={() => setFocused(false)}
        style={[
          styles.input,
          {
            color: theme.text,
            backgroundColor: theme.ground,
            borderColor: focused ? theme.accent : theme.edge,
          },
        ]}
      />
      {hint !== undefined && <Quiet style={styles.hint}>{hint}</Quiet>}
    </View>
  )
}

const styles = StyleSheet.create({
  field: { gap: space.xs },
  label: { fontSize: 15, lineHeight: 22, fontWeight: '600' },
  input: {
    minHeight: 48,
    paddingHorizontal: space.m,
    borderRadius: radius.control,
    borderWidth: 1,
    fontSize: 16,
  },
  hint: { fontSize: 13, lineHeight: 18 },
})
