import type { SecureHardware } from '@keybound/phone'
import type { AuthorityState, Fetch, PhoneEvent, VirtualPhone } from '@keybound/virtual-phone'
import { type Model, type RunningPhone, startPhone } from './start-phone.ts'
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
const authority = (await (await fetch('/phone/authority')).json()) as AuthorityState
const owner = 'right index'

/** The network of the app: what it sends is told. */
const watchedFetch: Fetch = async (url, init) => {
  const response = await fetch(url, init)
  story.tell(...wordsOfRequest(init.method ?? 'GET', new URL(url).pathname, response.status))
  return response
}

/** The phone in the frame, what it is, and how many there were. */
let model: Model = 'android'
let running: RunningPhone | undefined
let phone: VirtualPhone
let phones = 0

/** Puts a phone into the frame and starts the app on it. */
function useNewPhone(): void {
  running?.end()
  running = startPhone(model, { seed: `phone ${phones++}`, authority, fetch: watchedFetch })
  phone = running.phone
  window.keyboundPhone = { hardware: phone.hardware }
  phone.watch(tell)
  startApp()
}

/** Shows what happens on the phone, and says it in words. */
function tell(event: PhoneEvent): void {
  switch (event.type) {
    case 'prompt':
      story.tell('App', 'Has the system ask for a finger.')
      showPrompt(event.title, `${event.subtitle}\n${event.description}`.trim())
      break
    case 'promptClosed':
      part('prompt').hidden = true
      story.tell('App', 'Is told that the prompt closed.')
      break
    case 'processEnded':
      startApp()
      break
    case 'call': {
      const line = wordsOfCall(event)
      if (line) story.tell(...line)
    }
  }
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

/** The hardware tells nobody of a jailbreak; detecting one is no goal (SECURITY.md). */
const rooting: Readonly<Record<Model, string>> = {
  android: 'Unlocks the bootloader and starts a changed system. New keys will say so to the server.',
  ios: 'Jailbreaks the phone. Neither the Enclave nor App Attest tells of it, and the keys open to a finger as before.',
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
    story.tell('Attacker', rooting[model])
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

document.addEventListener('change', ({ target }) => {
  if (!(target instanceof HTMLInputElement) || target.name !== 'model') return
  model = target.value === 'ios' ? 'ios' : 'android'
  story.tell('You', model === 'ios' ? 'Take a new iPhone, with Touch ID.' : 'Take a new Android phone.')
  useNewPhone()
})
document.addEventListener('click', ({ target }) => {
  const act = target instanceof Element ? target.closest('[data-act]')?.getAttribute('data-act') : undefined
  if (act) acts[act]?.()
})
useNewPhone()
