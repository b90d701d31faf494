import { marks, type Results, type Row, tallyOf, words } from './results.ts'
import { style } from './style.ts'

/** The report as one page that needs nothing else: for boards, auditors and the curious. */
export function reportHtml(results: Results): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Attack lab: what a faked “success” is worth</title>
<style>${style}</style>
</head>
<body>
<header>
  <h1>What a faked “success” is worth</h1>
  <p>Each app protects one secret with a finger or a face. Each ran in a process of its own, on a virtual phone whose secure
  world is another process. Every attack below was carried out on the running app, ${escapeHtml(results.at)}. An app
  <b class="lost">lost</b> when the attacker held the secret, or had moved money, without its owner's finger;
  <b class="residual">risk</b> is what no app stops, and a dot stands where there is nothing to attack.</p>
</header>
<main>
  <div class="scroll" tabindex="0" role="region" aria-label="Attacks and apps">
  <table>
    <thead>
      <tr><th scope="col">Attack</th>${results.apps.map(({ name }) => `<th scope="col">${escapeHtml(name)}</th>`).join('')}</tr>
    </thead>
    <tbody>${results.rows.map(rowHtml).join('')}</tbody>
    <tfoot>
      <tr><th scope="row">lost, of those tried</th>${results.apps.map((_, app) => tallyHtml(results, app)).join('')}</tr>
    </tfoot>
  </table>
  </div>
  <h2>The apps</h2>
  <dl>${results.apps.map(({ name, pattern }) => `<dt>${escapeHtml(name)}</dt><dd>${escapeHtml(pattern)}</dd>`).join('')}</dl>
  <h2>Attack by attack</h2>
  ${results.rows.map((row) => detailHtml(results, row)).join('\n')}
</main>
<footer>
  <p>A model of documented platform rules is no evidence about real secure hardware. What remains a risk with everything
  in place is marked as such, and written in SECURITY.md.</p>
</footer>
</body>
</html>
`
}

function rowHtml({ attack, outcomes }: Row): string {
  const cells = outcomes.map(
    ({ result, observed }) =>
      `<td class="${result}" title="${words[result]}: ${escapeHtml(observed)}">${marks[result]}</td>`,
  )
  return `<tr><th scope="row"><a href="#${attack.id}"><b>${attack.id}</b> ${escapeHtml(attack.title)}</a></th>${cells.join('')}</tr>`
}

function tallyHtml(results: Results, app: number): string {
  const { lost, tried } = tallyOf(results, app)
  return `<td class="${lost > 0 ? 'lost' : 'held'}">${lost} of ${tried}</td>`
}

function detailHtml({ apps }: Results, { attack, outcomes }: Row): string {
  const items = outcomes.map(({ result, observed }, app) => {
    const name = apps[app]?.name ?? ''
    return `<li><b class="${result}">${words[result]}</b> <span>${escapeHtml(name)}</span> ${escapeHtml(observed)}</li>`
  })
  return `<section id="${attack.id}">
    <h3><span>${attack.id}</span> ${escapeHtml(attack.title)}</h3>
    <p>${escapeHtml(attack.done)}</p>
    <ul>${items.join('')}</ul>
    <p class="quiet">What stops it: ${escapeHtml(attack.stoppedBy)}<br>${escapeHtml(attack.standard)}</p>
  </section>`
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`)
}
