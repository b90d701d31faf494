import { Platform, Share } from 'react-native'

/** Gives the user a text to keep: a download in a browser, the system's share sheet on a phone. */
export async function saveFile(name: string, text: string): Promise<void> {
  if (Platform.OS !== 'web') {
    await Share.share({ title: name, message: text })
    return
  }
  const link = document.createElement('a')
  link.href = URL.createObjectURL(new Blob([text], { type: 'text/plain' }))
  link.download = name
  link.click()
  URL.revokeObjectURL(link.href)
}
