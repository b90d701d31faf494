#!/usr/bin/env node
import { readFile } from 'node:fs/promises'
import { buffer } from 'node:stream/consumers'
import { run } from './run.ts'

process.exitCode = await run({
  args: process.argv.slice(2),
  readFile: (path) => readFile(path),
  readStandardInput: () => buffer(process.stdin),
  writeOutput: (text) => process.stdout.write(text),
  writeError: (text) => process.stderr.write(text),
  now: () => new Date(),
  // https://no-color.org: set to anything but the empty string.
  isColorful: process.stdout.isTTY === true && !process.env.NO_COLOR,
  columns: process.stdout.columns ?? 100,
})
