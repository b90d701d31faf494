/** The app as the phone's package manager knows it, and as the server expects it. */
export const phoneApp = {
  appId: 'com.example.keyboundbank',
  signer: new TextEncoder().encode('signer of the bank, for the demo'),
}
