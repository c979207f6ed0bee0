/** Ten colours for metrics, each with at least 4.5:1 on its paper, told apart by the colour-blind as far as ten can be. */
const LIGHT = `
  color-scheme: light;
  --paper: #ffffff; --panel: #f6f7f9; --ink: #16202c; --soft: #4c5968; --rule: #d9dee5; --accent: #0b5fa5;
  --good: #0a6b4b; --bad: #b3261e; --warn: #7a4d00; --warn-paper: #fdf3dd; --bad-paper: #fdeceb;
  --full: #cfe6dc; --full-ink: #0c4a36; --part: #f6dfa8; --part-ink: #553600; --missing: #dde1e7; --none: #ffffff;
  --metric-1: #0b65a8; --metric-2: #b04a05; --metric-3: #0a7353; --metric-4: #8e3a80; --metric-5: #6a5f00;
  --metric-6: #4a4fb0; --metric-7: #a3273b; --metric-8: #07707a; --metric-9: #7a4a1e; --metric-10: #525c68;`;

const DARK = `
  color-scheme: dark;
  --paper: #12171e; --panel: #1a212b; --ink: #e8edf3; --soft: #aab6c4; --rule: #333e4b; --accent: #6db4f2;
  --good: #5fd0a5; --bad: #ff9a90; --warn: #f2c265; --warn-paper: #33290f; --bad-paper: #3a1d1b;
  --full: #1d4a3b; --full-ink: #c5efdf; --part: #5a4410; --part-ink: #ffe7b0; --missing: #2b3440; --none: #12171e;
  --metric-1: #62b5f0; --metric-2: #f2a057; --metric-3: #4fc9a0; --metric-4: #d995cc; --metric-5: #cfc35a;
  --metric-6: #a3b1f5; --metric-7: #f08a97; --metric-8: #5cc9d4; --metric-9: #d3a377; --metric-10: #aab4c2;`;

const TEXT = `
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--paper); color: var(--ink);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
  font-variant-numeric: tabular-nums; }
main, footer { max-width: 70rem; margin: 0 auto; padding: 0 clamp(1rem, 4vw, 2.5rem); }
main { padding-top: clamp(1.25rem, 4vw, 3rem); }
footer { padding-bottom: 3rem; color: var(--soft); font-size: .875rem; }
h1 { font-size: clamp(1.6rem, 4.5vw, 2.4rem); line-height: 1.15; margin: 0 0 .5rem; letter-spacing: -.015em;
  overflow-wrap: anywhere; }
h2 { font-size: 1.3rem; line-height: 1.25; margin: 0 0 .9rem; letter-spacing: -.01em; }
h3 { font-size: 1rem; line-height: 1.3; margin: 0 0 .4rem; overflow-wrap: anywhere; }
p { margin: 0 0 .8rem; max-width: 46rem; overflow-wrap: anywhere; }
a { color: var(--accent); text-underline-offset: .15em; }
code { font: .875em/1.45 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; overflow-wrap: anywhere; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 3px; }
section { border-top: 1px solid var(--rule); padding: 1.75rem 0 1.25rem; scroll-margin-top: .5rem; }
.product { color: var(--soft); font-size: .875rem; margin: 0 0 .35rem; }
.note { color: var(--soft); font-size: .9rem; }
.absent { color: var(--soft); font-style: italic; }
.label { white-space: nowrap; }
.good { color: var(--good); } .bad { color: var(--bad); }
.state strong { font-weight: 600; }
.state.good strong::before { content: "✓ "; } .state.bad strong::before { content: "✕ "; }
.state.open strong::before { content: "◦ "; }
.warning, .failure { border-left: 3px solid; padding: .55rem .8rem; border-radius: 0 4px 4px 0; }
.warning { border-color: var(--warn); background: var(--warn-paper); }
.failure { border-color: var(--bad); background: var(--bad-paper); }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }`;

const BLOCKS = `
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 9rem), 1fr)); gap: .75rem;
  list-style: none; margin: 1.4rem 0; padding: 0; }
.tiles li { background: var(--panel); border-radius: 8px; padding: .8rem 1rem; display: flex; flex-direction: column; }
.tiles .big { font-size: clamp(1.3rem, 4vw, 1.65rem); line-height: 1.2; font-weight: 600; letter-spacing: -.02em; }
.tiles .name { font-size: .9rem; } .tiles .note { font-size: .8125rem; }
.facts { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 21rem), 1fr)); gap: .45rem 2rem;
  margin: 0 0 1rem; font-size: .9375rem; }
.facts div { display: flex; gap: .75rem; min-width: 0; }
.facts dt { flex: 0 0 7.5rem; color: var(--soft); } .facts dd { margin: 0; min-width: 0; overflow-wrap: anywhere; }
nav ul, .legend { display: flex; flex-wrap: wrap; gap: .35rem 1.25rem; list-style: none; margin: 1.5rem 0; padding: 0;
  font-size: .9375rem; }
.legend { margin: 0 0 .9rem; color: var(--soft); font-size: .875rem; }
.legend li { display: flex; align-items: center; gap: .45rem; } .legend .cell { width: 1.1rem; height: 1.1rem; }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 25rem), 1fr)); gap: 1.5rem 2.5rem; }
.charts > div { min-width: 0; }
.chart { margin: 0; max-width: 36rem; }
.chart svg { display: block; width: 100%; height: auto; }
.chart text { font: 13px system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
figcaption { color: var(--soft); font-size: .875rem; margin: .35rem 0 .3rem; }
summary { cursor: pointer; color: var(--accent); font-size: .875rem; width: fit-content; padding: .15rem 0; }
details .scroll { max-height: 22rem; }
/* Positioned, or what is hidden in it would stick out of the page. */
.scroll { position: relative; overflow: auto; margin: .3rem 0 1rem; }
table { border-collapse: collapse; font-size: .9rem; }
.scroll > table { min-width: min(100%, 30rem); }
th, td { text-align: left; vertical-align: top; padding: .38rem 1.1rem .38rem 0; font-weight: 400;
  border-bottom: 1px solid var(--rule); }
thead th { color: var(--soft); font-size: .8125rem; white-space: nowrap; }
tbody th { min-width: 7.5rem; max-width: 22rem; overflow-wrap: anywhere; }
.number { text-align: right; white-space: nowrap; }
.bar { width: 60px; height: 8px; margin-right: .5rem; fill: var(--metric-1); } .bar .track { fill: var(--missing); }
.beside { display: inline-block; min-width: 5em; }
time, .big { white-space: nowrap; }
${Array.from({ length: 10 }, (_, index) => `h3.metric-${index + 1}::before { content: ""; display: inline-block; width: .7em; height: .7em; border-radius: 2px; margin-right: .5em; background: var(--metric-${index + 1}); }`).join('\n')}`;

const CALENDAR = `
.calendar { display: flex; flex-wrap: wrap; gap: 1.25rem 2rem; align-items: flex-start; }
.month caption, .year h3 { text-align: left; font-size: .9rem; font-weight: 600; margin: 0 0 .3rem; padding: 0; }
.month { border-collapse: separate; border-spacing: 3px; font-size: .8125rem; }
.month th { border: 0; padding: 0; text-align: center; font-size: .75rem; }
.month td { border: 0; width: 2rem; height: 2rem; padding: 0; text-align: center; vertical-align: middle; }
.month .outside { color: var(--soft); }
.cell { border-radius: 4px; }
.full { background: var(--full); color: var(--full-ink); }
.part { background: var(--part); color: var(--part-ink); box-shadow: inset 0 -4px 0 var(--warn); }
.none { color: var(--bad); font-weight: 600; box-shadow: inset 0 0 0 2px var(--bad);
  background: var(--none); }
.year ul { display: flex; flex-wrap: wrap; gap: 4px; list-style: none; margin: 0; padding: 0; font-size: .8125rem; }
.year li { min-width: 3.6rem; padding: .3rem .4rem; text-align: center; }
.strip { margin: 0 0 .8rem; } .strip h3 { font-size: .8125rem; font-weight: 600; margin: 0 0 .2rem; color: var(--soft); }
.strip ol { display: flex; flex-wrap: wrap; gap: 3px; list-style: none; margin: 0; padding: 0; font-size: .75rem; }
.strip li { min-width: 1.9rem; text-align: center; line-height: 1.9rem; }
.strip a { display: block; padding: 0 .2rem; color: inherit; text-decoration: none; } .strip a:hover { text-decoration: underline; }
.legend .cell { text-align: center; line-height: 1.1rem; font-size: .75rem; }
.again { box-shadow: inset 0 -3px 0 var(--accent); } .hollow { background: var(--missing); color: var(--ink); }
[aria-current] { color: inherit; text-decoration: none; font-weight: 600; }
form { display: flex; flex-wrap: wrap; gap: .75rem; align-items: end; margin: 1.25rem 0; }
label { display: flex; flex-direction: column; gap: .2rem; font-size: .875rem; color: var(--soft); }
input, select, button { font: inherit; color: var(--ink); background: var(--paper); border: 1px solid var(--soft);
  border-radius: 6px; padding: .4rem .65rem; min-height: 2.5rem; max-width: 100%; }
button { background: var(--accent); border-color: var(--accent); color: var(--paper); cursor: pointer; }
progress { width: 8rem; height: .6rem; accent-color: var(--accent); }`;

/** In print: light, nothing cut off, and what is folded in comes out where the browser can. */
const PRINT = `
@media print {
  :root {${LIGHT} }
  body { font-size: 10.5pt; } main, footer { max-width: none; padding: 0; }
  nav, summary, form { display: none; }
  details::details-content { content-visibility: visible; block-size: auto; }
  .scroll, details .scroll { overflow: visible; max-height: none; }
  figure, .tiles li, tr, .month { break-inside: avoid; } h2, h3 { break-after: avoid; }
  .cell, .tiles li, .chart, .bar { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}`;

/** The style of every page. Colours are custom properties, so that charts follow them, too. */
export const STYLE = `
:root {${LIGHT} }
@media (prefers-color-scheme: dark) { :root {${DARK} } }
${TEXT}${BLOCKS}${CALENDAR}${PRINT}
`;
