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
}

/** What the user must know: somebody made or removed a key of the account on another device. */
export function KeyNotices({ notices, onSeen }: KeyNoticesProps): ReactElement {
  const { texts, code } = useLanguage()
  return (
    <>
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
