import { useAction } from '@keybound/react'
import { type ReactElement, useEffect, useState } from 'react'
import { StyleSheet, View } from 'react-native'
import { type Account, bank, type Device } from '../bank.ts'
import { writeDay, writeLimit, writeTime } from '../money.ts'
import { useErrorText, useLanguage } from '../texts/language.tsx'
import { Button } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { Notice } from '../ui/notice.tsx'
import { space, useTheme } from '../ui/theme.ts'
import { Body, Quiet, Subtitle } from '../ui/words.tsx'

/** What the list takes. */
export interface DevicesProps {
  /** Once the bank has told them. */
  readonly account: Account | undefined
  /** Another number when the key of this device came or went: then the list is asked for again. */
  readonly changes: number
  /** The list is there, or cannot be. */
  readonly onLoaded: () => void
  /** Removes the key of this very device. */
  readonly onTurnOff: () => void
}

/** The keys of the account. */
export function Devices({ account, changes, onLoaded, onTurnOff }: DevicesProps): ReactElement {
  const { texts } = useLanguage()
  const errorText = useErrorText()
  const [devices, setDevices] = useState<readonly Device[]>()

  const load = useAction(async () => setDevices(await bank.devices()))
  const remove = useAction(async (_, id: string) => {
    await bank.removeDevice(id)
    await load.run()
  })
  const { run } = load
  // biome-ignore lint/correctness/useExhaustiveDependencies: asks again after changes; whom it tells may change.
  useEffect(() => {
    void run().then(onLoaded)
  }, [run, changes])

  return (
    <Card>
      <Subtitle>{texts.devices}</Subtitle>
      <Notice
        lead={devices?.length === 0 ? texts.noDevices : texts.devicesLead}
        error={errorText(remove.error ?? load.error)}
        lines={1}
      />
      <View role="list">
        {devices?.map((device) => (
          <Line
            key={device.id}
            device={device}
            account={account}
            busy={remove.pending}
            onRemove={device.current ? onTurnOff : () => remove.run(device.id)}
          />
        ))}
      </View>
    </Card>
  )
}

interface LineProps {
  readonly device: Device
  readonly account: Account | undefined
  readonly busy: boolean
  readonly onRemove: () => void
}

function Line({ device, account, busy, onRemove }: LineProps): ReactElement {
  const { texts, code } = useLanguage()
  const { line } = useTheme()
  const { name, level, createdAt, lastUsedAt, current, probationUntil } = device
  const used = lastUsedAt === null ? texts.neverUsed : texts.lastUse(writeTime(lastUsedAt, code))
  return (
    <View role="listitem" style={[styles.line, { borderColor: line }]}>
      <View style={styles.head}>
        <View style={styles.who}>
          <Body style={styles.name}>{name}</Body>
          {current && <Quiet style={styles.small}>{texts.thisDevice}</Quiet>}
        </View>
        <Button kind="small" label={texts.remove} busy={busy} onPress={onRemove} />
      </View>
      <Quiet style={styles.small}>{texts.levels[level]}</Quiet>
      <Quiet style={styles.small}>{`${used} · ${texts.added(writeDay(createdAt, code))}`}</Quiet>
      {probationUntil !== null && account && (
        <Body style={styles.small}>
          {texts.probation(
            writeTime(probationUntil, code),
            writeLimit(account.limits.probation, account.currency, code),
          )}
        </Body>
      )}
    </View>
  )
}

const styles = StyleSheet.create({
  line: { gap: space.xs, paddingVertical: space.m, borderTopWidth: 1 },
  head: { flexDirection: 'row', alignItems: 'center', gap: space.m },
  who: { flex: 1 },
  name: { fontWeight: '600' },
  small: { fontSize: 14, lineHeight: 20 },
})
