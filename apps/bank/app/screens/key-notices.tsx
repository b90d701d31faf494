import type { ReactElement } from 'react'
import { StyleSheet } from 'react-native'
import type { DeviceNotice } from '../bank.ts'
import { writeTime } from '../money.ts'
import { useLanguage } from '../texts/language.tsx'
import { Button } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { Body, Subtitle } from '../ui/words.tsx'

/** What the notices take. */
export interface KeyNoticesProps {
  readonly notices: readonly DeviceNotice[]
  readonly onSeen: (id: string) => void
  /** Makes a new key in place of this device's; only where its touch failed. */
  readonly onRenew: (() => void) | undefined
}

/** What the user must know: a key was made or removed on another device, or the touch failed on this one. */
export function KeyNotices({ notices, onSeen, onRenew }: KeyNoticesProps): ReactElement {
  const { texts, code } = useLanguage()
  return (
    <>
      {onRenew && (
        <Card>
          <Subtitle>{texts.touchFailed}</Subtitle>
          <Body style={styles.words}>{texts.touchFailedLead}</Body>
          <Button label={texts.newKey} onPress={onRenew} />
        </Card>
      )}
      {notices.map(({ id, what, name, at }) => {
        const words = what === 'added' ? texts.noticeAdded : texts.noticeRemoved
        return (
          <Card key={id}>
            <Subtitle>{what === 'added' ? texts.newDevice : texts.goneDevice}</Subtitle>
            <Body style={styles.words}>{words(name, writeTime(at, code))}</Body>
            <Button label={texts.gotIt} onPress={() => onSeen(id)} />
          </Card>
        )
      })}
    </>
  )
}

const styles = StyleSheet.create({
  words: { fontSize: 15, lineHeight: 22 },
})
