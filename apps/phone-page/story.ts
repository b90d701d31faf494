/** Who does something. */
export type Teller = 'You' | 'App' | 'Secure world' | 'Server' | 'Attacker'

/** What happened, newest first, in words for people. */
export interface Story {
  readonly tell: (who: Teller, what: string) => void
}

/** Lines that are kept. */
const longest = 80

/** Writes the story into a list. */
export function storyIn(list: HTMLElement): Story {
  return {
    tell(who, what) {
      const line = document.createElement('li')
      const name = document.createElement('b')
      const words = document.createElement('span')
      name.textContent = who
      words.textContent = what
      line.append(name, words)
      if (who === 'Attacker') line.className = 'attack'
      list.prepend(line)
      while (list.childElementCount > longest) list.lastElementChild?.remove()
    },
  }
}
