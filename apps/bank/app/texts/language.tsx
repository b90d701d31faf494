import type { KeyboundError } from '@keybound/web'
import { createContext, type ReactElement, type ReactNode, use, useEffect, useState } from 'react'
import { Platform } from 'react-native'
import { de } from './de.ts'
import { en, type Texts } from './en.ts'
import { textOf } from './error-text.ts'

/** The languages of the app, by their names on the wire (BCP 47). */
export const languages: Readonly<Record<string, Texts>> = { en, de }

interface Language {
  readonly code: string
  readonly texts: Texts
  readonly choose: (code: string) => void
}

const LanguageContext = createContext<Language>({ code: 'en', texts: en, choose: () => {} })

/** Gives the words to everything below, in the system's language where the app has it, else in English. */
export function LanguageProvider({ children }: { readonly children: ReactNode }): ReactElement {
  const [code, choose] = useState(systemLanguage)
  const texts = languages[code] ?? en
  useEffect(() => {
    if (Platform.OS === 'web') document.documentElement.lang = code
  }, [code])
  return <LanguageContext value={{ code, texts, choose }}>{children}</LanguageContext>
}

/** The words, the language they are in, and how to choose another. */
export function useLanguage(): Language {
  return use(LanguageContext)
}

/** What went wrong and what to do, in the user's language. The error's own message is written for developers. */
export function useErrorText(): (error: KeyboundError | undefined) => string | undefined {
  const { texts } = useLanguage()
  return (error) => error && (textOf(texts, error.code) ?? texts.failed(error.code))
}

function systemLanguage(): string {
  // A browser says it at once; asking Intl there loads its data, which takes longer than drawing the first screen.
  const locale =
    Platform.OS === 'web' ? navigator.language : new Intl.DateTimeFormat().resolvedOptions().locale
  const code = locale.split('-')[0] ?? 'en'
  return code in languages ? code : 'en'
}
