import type { CatalogueEntry } from '../entry.ts'

/** Codes for whoever runs a server: configuration, keys and store. They stop the start; no request sees them. */
export const operationErrors = {
  configuration_invalid: {
    status: 0,
    title: 'Configuration invalid',
    happened: 'An option is missing, contradictory or unsafe; the detail names it.',
    whatToDo: 'Correct the option.',
  },
  demo_not_loopback: {
    status: 0,
    title: 'Demo mode on a public address',
    happened: 'Test trust, demo accounts or lab routes are on and the public address is not loopback.',
    whatToDo: 'Turn them off, or use an address such as http://localhost:3000.',
  },
  store_marked_demo: {
    status: 0,
    title: 'Store belongs to a demo',
    happened: 'This database was once opened in demo mode and is refused in production for ever.',
    whatToDo: 'Start production with a database of its own.',
  },
  store_marked_production: {
    status: 0,
    title: 'Store belongs to production',
    happened:
      'This database serves production, and a server in demo mode tried to open it; nothing was changed.',
    whatToDo: 'Start the demo with a database of its own.',
  },
  store_schema_newer: {
    status: 0,
    title: 'Store is newer',
    happened: 'The database was written by a newer version of Keybound.',
    whatToDo: 'Start that version, or restore a backup from before it.',
  },
  store_schema_changed: {
    status: 0,
    title: 'Migration changed',
    happened: 'A migration that was applied to this database differs from the one in this version.',
    whatToDo: 'Install an unmodified release; applied migrations never change.',
  },
  store_unavailable: {
    status: 503,
    title: 'Store unavailable',
    happened: 'The database cannot be opened, read or written now.',
    whatToDo: 'Check its folder, permissions and free space; clients may try again.',
  },
  key_unavailable: {
    status: 0,
    title: 'Key unavailable',
    happened: 'A server key cannot be read, or the secret that opens the key files is wrong.',
    whatToDo:
      'Set the secret the key files were sealed under; key files are never made anew behind your back.',
  },
} as const satisfies Record<string, CatalogueEntry>
