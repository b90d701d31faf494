import type { SecureHardware } from '@keybound/phone'
import {
  type AuthorityState,
  createVirtualAuthority,
  type VirtualPhone,
  virtualPhone,
} from '@keybound/virtual-phone'
import { phoneApp } from './phone-app.ts'
import { storyIn } from './story.ts'
import { wordsOfCall, wordsOfRequest } from './words.ts'

declare global {
  interface Window {
    /** Where the app in the frame finds its phone, as an app finds its native module. */
    keyboundPhone?: { readonly hardware: SecureHardware }
  }
}

const part = (id: string) => document.getElementById(id) as HTMLElement
const frame = part('app') as HTMLIFrameElement
const story = storyIn(part('story'))
const state = (await (await fetch('/phone/authority')).json()) as AuthorityState
const authority = await createVirtualAuthority({ state })
const owner = 'right index'

/** The phone in the frame, and how many there were. */
let phone: VirtualPhone
let phones = 0

/** Puts a phone into the frame and starts the app on it. */
function useNewPhone(): void {
  phone = virtualPhone.android({
    seed: `phone ${phones++}`,
    authority,
    ...phoneApp,
    async fetch(url, init) {
      const response = await fetch(url, init)
      story.tell(...wordsOfRequest(init.method ?? 'GET', new URL(url).pathname, response.status))
      return response
    },
  })
  window.keyboundPhone = { hardware: phone.hardware }
  phone.watch((event) => {
    if (event.type === 'prompt')
      return showPrompt(event.title, `${event.subtitle}\n${event.description}`.trim())
    if (event.type === 'processEnded') return startApp()
    if (event.name === 'prompt.show' && event.outcome !== 'asked') part('prompt').hidden = true
    const line = wordsOfCall(event.name, event.outcome)
    if (line) story.tell(...line)
  })
  startApp()
}

function startApp(): void {
  part('prompt').hidden = true
  part('screen').classList.remove('away')
  frame.src = '/?phone'
}

function showPrompt(title: string, words: string): void {
  part('title').textContent = title
  part('words').textContent = words
  part('prompt').hidden = false
}

/** What each button does. */
const acts: Readonly<Record<string, () => void>> = {
  touchOwner() {
    story.tell('You', 'Touch the sensor with the enrolled finger.')
    void phone.touch(owner)
  },
  touchStranger() {
    story.tell('You', 'A stranger touches the sensor: it vouches for nobody.')
    void phone.touch('a stranger')
  },
  dismiss: () => void phone.dismissPrompt(),
  enrol() {
    story.tell('You', 'Enrol another finger in the settings: keys bound to the old ones die.')
    void phone.enrol('left thumb')
  },
  background() {
    story.tell('You', 'Send the app to the background.')
    part('screen').classList.add('away')
    void phone.background()
  },
  foreground() {
    story.tell('You', 'Bring the app to the front.')
    part('screen').classList.remove('away')
    void phone.foreground()
  },
  restart() {
    story.tell('You', 'Restart the phone: what was in memory is gone, keys and files are not.')
    void phone.reboot()
  },
  forceSuccess() {
    story.tell('Attacker', 'From now on the next prompt says “success” to the app, whoever touched.')
    void phone.forceSuccess()
  },
  readStorage: () => void readStorage(),
  restore: () => void restoreElsewhere(),
  root() {
    story.tell(
      'Attacker',
      'Unlocks the bootloader and starts a changed system. New keys will say so to the server.',
    )
    void phone.root()
  },
}

/** Shows what lies in the app's files: to whoever reads them it is noise. */
async function readStorage(): Promise<void> {
  const files = await phone.readStorage()
  story.tell(
    'Attacker',
    `Reads all ${files.length} files of the app. Public keys, names of secrets, and ciphertext.`,
  )
  for (const { name, bytes } of files.slice(0, 6)) {
    const text = new TextDecoder('latin1').decode(bytes.slice(0, 90)).replace(/[^ -~]/g, '·')
    story.tell('Attacker', `${name}: ${text}…`)
  }
}

/** The system's own backup takes nothing of the app's; a thief's copy of the disk takes all, and it opens nothing. */
async function restoreElsewhere(): Promise<void> {
  const backup = await phone.backup()
  const copy = await phone.readStorage()
  story.tell(
    'Attacker',
    `The system’s backup holds ${backup.length} files of the app; a copy of the disk ${copy.length}. Puts the copy on another phone.`,
  )
  useNewPhone()
  await phone.restore(copy)
  startApp()
}

document.addEventListener('click', ({ target }) => {
  const act = target instanceof Element ? target.closest('[data-act]')?.getAttribute('data-act') : undefined
  if (act) acts[act]?.()
})
useNewPhone()
