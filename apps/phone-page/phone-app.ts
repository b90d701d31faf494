/** The app as the phones' systems know it, and as the server expects it. */
export const phoneApp = {
  android: {
    packageName: 'com.example.keyboundbank',
    signer: new TextEncoder().encode('signer of the bank, for the demo'),
  },
  ios: { teamId: 'KEYBOUND01', bundleId: 'com.example.keyboundbank' },
} as const
