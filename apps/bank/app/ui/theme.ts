import { useColorScheme, useWindowDimensions } from 'react-native'

/** The colours of one appearance. Each text colour has a contrast of at least 4.5 on its ground (WCAG 2.2, 1.4.3). */
export interface Theme {
  readonly ground: string
  readonly card: string
  readonly line: string
  readonly edge: string
  readonly text: string
  readonly quiet: string
  readonly accent: string
  readonly accentPressed: string
  readonly onAccent: string
  readonly soft: string
  readonly good: string
  readonly bad: string
  readonly badGround: string
  readonly shadow: string
}

const light: Theme = {
  ground: '#eef3f2',
  card: '#ffffff',
  line: '#d5dfdd',
  edge: '#758a85',
  text: '#12211f',
  quiet: '#51635f',
  accent: '#0f766e',
  accentPressed: '#0b5d57',
  onAccent: '#ffffff',
  soft: '#e3f1ee',
  good: '#0b6b50',
  bad: '#9f1239',
  badGround: '#fff1f3',
  shadow: '0 24px 48px -24px rgba(0, 40, 35, 0.25)',
}

const dark: Theme = {
  ground: '#0c1413',
  card: '#141f1d',
  line: '#2b3a37',
  edge: '#66807a',
  text: '#e6efed',
  quiet: '#9db0ac',
  accent: '#2dd4bf',
  accentPressed: '#5eead4',
  onAccent: '#04211d',
  soft: '#16302b',
  good: '#5eead4',
  bad: '#fda4af',
  badGround: '#3a1420',
  shadow: '0 24px 48px -24px rgba(0, 0, 0, 0.6)',
}

/** The colours of the system's appearance. */
export function useTheme(): Theme {
  return useColorScheme() === 'dark' ? dark : light
}

/** Whether two columns have room. */
export function useWide(): boolean {
  return useWindowDimensions().width >= 900
}

/** Distances, in density-independent pixels. */
export const space = { xs: 4, s: 8, m: 12, l: 20, xl: 32 } as const

export const radius = { control: 12, card: 20 } as const
