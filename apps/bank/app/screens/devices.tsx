import { useAction } from '@keybound/react'
import { type ReactElement, useEffect, useState } from 'react'
import { StyleSheet, View } from 'react-native'
import { bank, type Device, type DeviceNotice } from '../bank.ts'
import { writeDay, writeTime } from '../money.ts'
import { useErrorText, useLanguage } from '../texts/language.tsx'
import { Button } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { Notice } from '../ui/notice.tsx'
import { radius, space, useTheme } from '../ui/theme.ts'
import { Body, Quiet, Subtitle } from '../ui/words.tsx'

/** What the list of devices takes. */
export interface DevicesProps {
  /** Another number when the key of this device came or went: then the list is asked for again. */
  readonly changes: number
  /** The list is there, or cannot be. */
  readonly onLoaded: () => void
}

/** The keys of the account, and what happened to them elsewhere. */
export function Devices({ changes, onLoaded }: DevicesProps): ReactElement {
  const { texts } = useLanguage()
  const errorText = useErrorText()
  const [devices, setDevices] = useState<readonly Device[]>()
  const [notices, setNotices] = useState<readonly DeviceNotice[]>([])

  const load = useAction(async () => {
    setDevices(await bank.devices())
    setNotices(await bank.notices())
  })
  const change = useAction(async (_, work: () => Promise<void>) => {
    await work()
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
        error={errorText(change.error ?? load.error)}
        lines={1}
      />
      {notices.map((notice) => (
        <NewDevice
          key={notice.id}
          notice={notice}
          onSeen={() => change.run(() => bank.acknowledge(notice.id))}
        />
      ))}
      <View role="list">
        {devices?.map((device) => (
          <Line
            key={device.id}
            device={device}
            busy={change.pending}
            onRemove={() => change.run(() => bank.removeDevice(device.id))}
          />
        ))}
      </View>
    </Card>
  )
}

interface LineProps {
  readonly device: Device
  readonly busy: boolean
  readonly onRemove: () => void
}

function Line({ device, busy, onRemove }: LineProps): ReactElement {
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
      {probationUntil !== null && (
        <Body style={styles.small}>{texts.probation(writeTime(probationUntil, code))}</Body>
      )}
    </View>
  )
}

interface NewDeviceProps {
  readonly notice: DeviceNotice
  readonly onSeen: () => void
}

/** What the user must know: somebody made or removed a key. */
function NewDevice({ notice: { type, name, at }, onSeen }: NewDeviceProps): ReactElement {
  const { texts, code } = useLanguage()
  const { soft } = useTheme()
  const words = type === 'credentialRegistered' ? texts.noticeAdded : texts.noticeRemoved
  return (
    <View role="status" style={[styles.notice, { backgroundColor: soft }]}>
      <Body style={styles.small}>{words(name, writeTime(at, code))}</Body>
      <Button kind="small" label={texts.gotIt} onPress={onSeen} />
    </View>
  )
}

const styles = StyleSheet.create({
  line: { gap: space.xs, paddingVertical: space.m, borderTopWidth: 1 },
  head: { flexDirection: 'row', alignItems: 'center', gap: space.m },
  who: { flex: 1 },
  name: { fontWeight: '600' },
  small: { fontSize: 14, lineHeight: 20 },
  notice: { alignItems: 'flex-start', gap: space.s, padding: space.m, borderRadius: radius.control },
})
