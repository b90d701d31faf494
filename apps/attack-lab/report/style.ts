/** The report's style sheet. */
export const style = `
:root {
  color-scheme: light dark;
  --ground: light-dark(#eef3f2, #0c1413); --card: light-dark(#fff, #141f1d); --line: light-dark(#d5dfdd, #2b3a37);
  --text: light-dark(#12211f, #e6efed); --quiet: light-dark(#51635f, #9db0ac); --accent: light-dark(#0f766e, #2dd4bf);
  --bad: light-dark(#9f1239, #fda4af); --bad-ground: light-dark(#fff1f3, #3a1420);
  --good: light-dark(#0f5f43, #86efac); --good-ground: light-dark(#ecfdf3, #0f2f22);
  --risk: light-dark(#854d0e, #fde68a); --risk-ground: light-dark(#fefce8, #33270a);
  font: 16px/1.5 system-ui, sans-serif;
}
* { box-sizing: border-box; margin: 0; }
body { color: var(--text); background: var(--ground); padding: 2.5rem 1.25rem; }
header, main, footer { max-width: 76rem; margin: 0 auto 2rem; }
h1 { font-size: 2rem; line-height: 1.2; letter-spacing: -.02em; margin-bottom: .75rem; }
h2 { font-size: 1.25rem; margin: 2.5rem 0 .75rem; }
header p { max-width: 46rem; color: var(--quiet); }
.scroll { overflow-x: auto; border: 1px solid var(--line); border-radius: 1rem; background: var(--card); }
table { border-collapse: collapse; width: 100%; font-size: .85rem; }
th, td { padding: .55rem .75rem; text-align: left; border-bottom: 1px solid var(--line); white-space: nowrap; }
tbody th { font-weight: 400; white-space: normal; min-width: 16rem; }
thead th { position: sticky; top: 0; background: var(--card); white-space: normal; vertical-align: bottom; }
tfoot th, tfoot td { border-bottom: 0; font-weight: 700; }
a { color: inherit; text-decoration: none; }
a:hover { text-decoration: underline; }
td { font-weight: 600; }
.lost { color: var(--bad); } td.lost { background: var(--bad-ground); }
.held { color: var(--good); } td.held { background: var(--good-ground); }
.residual { color: var(--risk); } td.residual { background: var(--risk-ground); }
.notApplicable { color: var(--quiet); } td.notApplicable { font-weight: 400; }
dl { display: grid; grid-template-columns: minmax(10rem, auto) 1fr; gap: .4rem 1.5rem; }
dt { font-weight: 600; }
section { padding: 1.25rem 1.5rem; margin-bottom: 1rem; border: 1px solid var(--line); border-radius: 1rem; background: var(--card); }
h3 { font-size: 1.05rem; }
h3 span { color: var(--accent); margin-right: .35rem; }
section p { margin: .35rem 0 .6rem; }
section ul { list-style: none; padding: 0; display: grid; gap: .3rem; font-size: .92rem; }
section li b { display: inline-block; min-width: 7.5rem; }
section li span { font-weight: 600; margin-right: .35rem; }
.quiet, footer { color: var(--quiet); font-size: .88rem; }
@media (max-width: 40rem) { dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: .6rem; } section li b { min-width: 0; } }
`
