import { useEffect, useRef } from 'react'
import { BackHandler, Platform } from 'react-native'

/**
 * For every screen after the first: the system's way back (Android's button or gesture, the browser's button) calls
 * `goBack`, as the screen's own button does, and does not leave the app.
 */
export function useBack(goBack: () => void): void {
  const latest = useRef(goBack)
  useEffect(() => {
    latest.current = goBack
  })
  useEffect(() => {
    const back = () => latest.current()
    return Platform.OS === 'web' ? catchInBrowser(back) : catchOnPhone(back)
  }, [])
}

function catchOnPhone(back: () => void): () => void {
  const subscription = BackHandler.addEventListener('hardwareBackPress', () => {
    back()
    return true
  })
  return () => subscription.remove()
}

/**
 * One entry of the history stands for all screens after the first: what they show is in memory only. Whoever leaves them by
 * a button of the app leaves it there for the next time; taking it away would race with that.
 */
function catchInBrowser(back: () => void): () => void {
  if (history.state !== 'away') history.pushState('away', '')
  addEventListener('popstate', back)
  return () => removeEventListener('popstate', back)
}
