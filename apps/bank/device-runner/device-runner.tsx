import type { ConformanceResult } from '@keybound/phone/conformance'
import { nativeHardware } from '@keybound/react-native'
import { type ReactElement, useState } from 'react'
import { Button, ScrollView, Share, StyleSheet, Text } from 'react-native'
import type { Instruction } from './device-world.ts'
import { type DeviceRecord, recordName, runOnDevice } from './run-on-device.ts'

const words: Readonly<Record<Instruction, string>> = {
  touch: 'Touch the sensor with a finger that is enrolled, or show your face.',
  cancel: 'Cancel the prompt.',
}

/**
 * Runs the conformance cases on the phone at hand. Takes the place of the bank's `App` in builds with
 * `KEYBOUND_DEVICE_RUNNER=1` (metro.config.mjs); the bank itself carries no cases.
 */
export function App(): ReactElement {
  const [running, setRunning] = useState(false)
  const [instruction, setInstruction] = useState<Instruction>()
  const [results, setResults] = useState<readonly ConformanceResult[]>([])
  const [record, setRecord] = useState<DeviceRecord>()
  const [failure, setFailure] = useState('')

  const start = async (): Promise<void> => {
    setRunning(true)
    setFailure('')
    setResults([])
    try {
      const done = await runOnDevice({
        hardware: nativeHardware(),
        now: Date.now,
        instruct: setInstruction,
        onResult: (result) => {
          setInstruction(undefined)
          setResults((before) => [...before, result])
        },
      })
      setRecord(done)
    } catch (error) {
      setFailure(error instanceof Error ? error.message : String(error))
    }
    setRunning(false)
  }

  return (
    <ScrollView contentContainerStyle={styles.page}>
      <Text role="heading" style={styles.heading}>
        Device runner
      </Text>
      <Text>
        Keys and files of its own are made and deleted. The record is written to {recordName} among the
        private files of the app.
      </Text>
      <Button title={running ? 'Running…' : 'Start'} disabled={running} onPress={() => void start()} />
      {record && (
        <Button
          title="Share the record"
          onPress={() => void Share.share({ title: recordName, message: JSON.stringify(record, null, 2) })}
        />
      )}
      {instruction && <Text style={styles.instruction}>{words[instruction]}</Text>}
      {failure !== '' && <Text role="alert">{failure}</Text>}
      {record && <Text>{record.summary}</Text>}
      {results.map(({ case: { id, proves }, outcome, reason }) => (
        <Text key={id} style={outcome === 'failed' ? styles.failed : undefined}>
          {id} {outcome}: {proves} {reason}
        </Text>
      ))}
    </ScrollView>
  )
}

const styles = StyleSheet.create({
  page: { gap: 12, padding: 24, paddingTop: 64 },
  heading: { fontSize: 24, fontWeight: '600' },
  instruction: { fontSize: 18, fontWeight: '600' },
  failed: { color: '#9f1239' },
})
