import type { ComparisonResult, SideResult } from '../harness/comparison.ts'
import { figureOf } from './figure.ts'
import { colour, coursePlot, ratioPlot } from './plots.ts'
import type { Report } from './report.ts'
import { element, escaped } from './svg.ts'

/** The report as one page that needs nothing besides itself. */
export function renderPage(report: Report): string {
  const { machine } = report
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Keybound benchmarks, ${escaped(report.date)}</title>
<style>${style}</style>
<main>
<h1>Keybound benchmarks</h1>
<p class="lead">Measured on ${escaped(report.date)} at commit <code>${escaped(report.commit)}</code>, on
${escaped(machine.cores)} × ${escaped(machine.processor)}, ${escaped(machine.system)}, Node ${escaped(machine.node)}
(OpenSSL ${escaped(machine.openssl)}). Take the ratios; the times are this machine’s.</p>
<p>Each comparison runs its sides in small blocks, one of each per round in an order drawn anew, over many different
keys. Ratios are paired within a round; the figure is their median with a 95 % bootstrap interval. Time is processor
time of the measured process, all its threads included.</p>
${report.comparisons.map(section).join('\n')}
</main>
</html>
`
}

function section(result: ComparisonResult): string {
  return `<section id="${escaped(result.id)}">
<h2>${escaped(result.title)}</h2>
<p>${escaped(result.question)}</p>
<p class="verdict">${sentence(result)}</p>
<figure>${ratioPlot(result)}<figcaption>Each dot is one of ${roundsOf(result)} rounds of ${result.block} operations over
${result.keys} keys; the bar is the 95 % interval of the median.</figcaption></figure>
<figure>${coursePlot(result)}<figcaption>The same rounds in order.</figcaption></figure>
<div class="scroll"><table>
<thead><tr><th>side</th><th class="number">CPU µs</th><th class="number">wall µs</th><th class="number">ratio</th>
<th>verifies</th><th>commits</th><th>issues</th></tr></thead>
<tbody>${result.sides.map((side) => row(result, side)).join('')}</tbody>
</table></div>
</section>`
}

/** The figure that matters and, where there is an aim, whether it is met. */
function sentence(result: ComparisonResult): string {
  const { name, median, low, high, unit, aim, verdict } = figureOf(result)
  const figure = `<b>${escaped(`${name}: ${median} ${unit}`)}</b> (95 % interval ${low}–${high}).`
  return aim === undefined ? figure : `${figure} Aim: at most ${aim}, <b class="${verdict}">${verdict}</b>.`
}

function row(result: ComparisonResult, side: SideResult): string {
  const cells = [
    element('th', { scope: 'row', class: colour(result, side) }, '<i></i>', escaped(side.name)),
    ...[side.cpu.median.toFixed(1), side.wall.median.toFixed(1), side.ratio.median.toFixed(2)].map((value) =>
      element('td', { class: 'number' }, value),
    ),
    ...[side.verifies, side.commits, side.issues].map((words) => element('td', {}, escaped(words))),
  ]
  return element('tr', {}, ...cells)
}

function roundsOf(result: ComparisonResult): number {
  return result.sides[0]?.rounds.length ?? 0
}

const style = `
:root { color-scheme: light dark; --ink: #1b1f24; --soft: #57606a; --line: #d8dee4; --page: #fff;
  --floor: #6e7781; --aimed: #0a69da; --other: #bc4c00; --good: #1a7f37; --bad: #cf222e }
@media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --soft: #9198a1; --line: #30363d; --page: #0d1117;
  --floor: #8b949e; --aimed: #58a6ff; --other: #f0883e; --good: #3fb950; --bad: #f85149 } }
body { margin: 0; background: var(--page); color: var(--ink); font: 16px/1.55 system-ui, sans-serif }
main { max-width: 820px; margin: 0 auto; padding: 40px 24px 80px }
h1 { font-size: 30px; margin: 0 0 8px } h2 { font-size: 21px; margin: 56px 0 4px }
.lead, figcaption { color: var(--soft) } figcaption { font-size: 13px } figure { margin: 20px 0 }
svg { width: 100%; height: auto; display: block } svg text { fill: var(--ink); font: 13px system-ui, sans-serif }
svg .small, svg .tick { fill: var(--soft); font-size: 12px } svg .name { font-weight: 600 }
.middle { text-anchor: middle } .end { text-anchor: end }
.grid { stroke: var(--line); stroke-width: 1 } .aim { stroke: var(--good); stroke-width: 1.5; stroke-dasharray: 5 4 }
.side-floor { --side: var(--floor) } .side-subject { --side: var(--aimed) } .side-other { --side: var(--other) }
.dots { fill: none; stroke: var(--side); stroke-width: 3.2; stroke-linecap: round; opacity: .35 } .interval { fill: var(--side); opacity: .9 }
.course { fill: none; stroke: var(--side); stroke-width: 1.2 }
.scroll { overflow-x: auto } table { border-collapse: collapse; font-size: 14px; width: 100% }
th, td { text-align: left; vertical-align: top; padding: 7px 10px 7px 0; border-top: 1px solid var(--line) }
thead th { border: 0; color: var(--soft); font-weight: 500 } .number { text-align: right; font-variant-numeric: tabular-nums }
th i { display: inline-block; width: 9px; height: 9px; border-radius: 2px; background: var(--side); margin-right: 7px }
.met { color: var(--good) } .missed { color: var(--bad) } code { font-size: .92em }
`
