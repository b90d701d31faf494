import type { ReactElement } from 'react'
import { StyleSheet, Text, View } from 'react-native'
import { radius, space, useTheme } from './theme.ts'
import { Quiet } from './words.tsx'

/** What a notice takes. */
export interface NoticeProps {
  /** What explains the screen while nothing is wrong. */
  readonly lead?: string | undefined
  /** What went wrong and what to do: takes the place of the lead, and is read out. */
  readonly error?: string | undefined
  /** Lines kept free, so that nothing moves when one takes the place of the other. Default 3. */
  readonly lines?: number
}

/** The sentence below a title: what this is, or what went wrong. */
export function Notice({ lead, error, lines = 3 }: NoticeProps): ReactElement {
  const theme = useTheme()
  return (
    <View style={{ minHeight: lines * 22 + 2 * space.s }}>
      {error === undefined && lead !== undefined && <Quiet>{lead}</Quiet>}
      {error !== undefined && (
        // There only while it says something: what appears with this role is read out.
        <View role="alert">
          <Text style={[styles.error, { color: theme.bad, backgroundColor: theme.badGround }]}>{error}</Text>
        </View>
      )}
    </View>
  )
}

const styles = StyleSheet.create({
  error: {
    paddingHorizontal: space.m,
    paddingVertical: space.s,
    borderRadius: radius.control,
    fontSize: 15,
    lineHeight: 22,
  },
})
