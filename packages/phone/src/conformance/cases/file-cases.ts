import { encodeBase64Url } from '@keybound/protocol'
import { defineCase } from '../case.ts'
import { createKey } from '../common.ts'
import { equal, rejects } from '../expect.ts'

/** Files below the folder that no backup takes. */
export const fileCases = [
  defineCase({
    id: 'F01',
    proves: 'Files are written, appended to, read in parts, and are null where there is none.',
    source: 'SecureHardware.readFile, writeFile',
    run: async ({ hardware }) => {
      equal(await hardware.readFile('box', 0, 10), null, 'file')
      await hardware.writeFile('box', 'AQID', false)
      await hardware.writeFile('box', 'BAUG', true)
      equal(await hardware.readFile('box', 0, 100), 'AQIDBAUG', 'file')
      equal(await hardware.readFile('box', 2, 3), 'AwQF', 'part')
      equal(await hardware.readFile('box', 6, 3), '', 'part after the end')
      await hardware.writeFile('box', '', false)
      equal(await hardware.readFile('box', 0, 100), '', 'empty file')
      await hardware.writeFile('new', 'AQID', true)
      equal(await hardware.readFile('new', 0, 100), 'AQID', 'file that began with appending')
    },
  }),
  defineCase({
    id: 'F02',
    proves: 'Renaming takes the place of what has that name; deleting nothing is no error.',
    source: 'SecureHardware.renameFile, deleteFile, listFiles',
    run: async ({ hardware }) => {
      await hardware.writeFile('a.new', 'AQID', false)
      await hardware.writeFile('a', 'BAUG', false)
      await hardware.writeFile('b', 'BAUG', false)
      await hardware.renameFile('a.new', 'a')
      equal((await hardware.listFiles('')).toSorted(), ['a', 'b'], 'files')
      equal(await hardware.readFile('a', 0, 9), 'AQID', 'file')
      equal(await hardware.listFiles('b'), ['b'], 'files by their beginning')
      await hardware.deleteFile('a')
      await hardware.deleteFile('a')
      equal(await hardware.readFile('a', 0, 9), null, 'file')
      await rejects(hardware.renameFile('nothing', 'a'), 'storageFailed', 'renameFile')
    },
  }),
  defineCase({
    id: 'F03',
    proves: 'No name leads out of the folder, and none is longer than allowed.',
    source: 'SecureHardware (files: names)',
    run: async ({ hardware }) => {
      for (const name of ['', '.', '..', '../x', 'a/b', '/etc/x', '.hidden', 'ä', 'a\0b', 'a'.repeat(201)]) {
        await rejects(hardware.writeFile(name, 'AQID', false), 'invalidArgument', 'writeFile')
        await rejects(hardware.readFile(name, 0, 1), 'invalidArgument', 'readFile')
        await rejects(hardware.renameFile('a', name), 'invalidArgument', 'renameFile')
        await rejects(hardware.deleteFile(name), 'invalidArgument', 'deleteFile')
      }
    },
  }),
  defineCase({
    id: 'F04',
    proves: 'A mebibyte is written and read at once, and not a byte more; larger files are made in parts.',
    source: 'SecureHardware (files: 1 MiB)',
    run: async ({ hardware }) => {
      const most = encodeBase64Url(new Uint8Array(1_048_576).fill(5))
      await hardware.writeFile('large', most, false)
      await hardware.writeFile('large', most, true)
      equal((await hardware.readFile('large', 1_048_570, 12)) ?? '', 'BQUFBQUFBQUFBQUF', 'middle')
      const more = encodeBase64Url(new Uint8Array(1_048_577))
      await rejects(hardware.writeFile('large', more, false), 'invalidArgument', 'writeFile')
      await rejects(hardware.readFile('large', 0, 1_048_577), 'invalidArgument', 'readFile')
      await rejects(hardware.readFile('large', -1, 1), 'invalidArgument', 'readFile')
    },
  }),
  defineCase({
    id: 'F05',
    proves: 'What is kept beside keys is not among the app’s files.',
    source: 'SecureHardware.listFiles',
    run: async (context) => {
      await createKey(context, 'signing')
      await context.hardware.describe()
      equal(await context.hardware.listFiles(''), [], 'files')
    },
  }),
  defineCase({
    id: 'F06',
    proves: 'A write that fails says so and leaves what was there.',
    source: 'SecureHardware.writeFile (whole, or not at all)',
    uses: ['failNext'],
    onlyOnDevice: 'a full disk, and a loss of power',
    run: async ({ hardware, world }) => {
      await hardware.writeFile('box', 'AQID', false)
      await world.failNext({ call: 'files.write', exception: 'IOException' })
      await rejects(hardware.writeFile('box', 'BAUG', false), 'storageFailed', 'writeFile')
      equal(await hardware.readFile('box', 0, 9), 'AQID', 'file')
    },
  }),
]
