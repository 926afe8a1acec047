import { Html } from './html.ts'

/** How a report looks: readable on a phone, on paper and in the dark. */
export const REPORT_STYLE = new Html(`
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif }
body { max-width: 1180px; margin: 0 auto; padding: 1rem }
section + section { border-top: 2px solid #8888; margin-top: 3rem }
h1 { font-size: 1.6rem } h2 { font-size: 1.1rem; margin: 2rem 0 .5rem }
table { border-collapse: collapse; display: block; overflow-x: auto }
td, th { padding: .15rem .7rem .15rem 0; text-align: left; vertical-align: top; font-variant-numeric: tabular-nums }
tr + tr { border-top: 1px solid #8884 }
code { white-space: nowrap } pre { white-space: pre-wrap; margin: 0 } small { opacity: .7 }
.passed { color: #1a7f4b } .failed { color: #d1242f }
.failures { color: #d1242f; padding-left: 1.2rem }
.note { border-left: 4px solid #e69f00; padding-left: .7rem }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 480px), 1fr)); gap: 1rem }
figure { margin: 0 } figcaption { font-weight: 600 }
svg { width: 100% } svg path { fill: none; stroke-width: 1.6; stroke-linecap: round } svg .highest { opacity: .35 }
svg text { font-size: 11px; fill: currentColor; opacity: .75 } .grid { stroke: #8884 }
.legend { list-style: none; display: flex; flex-wrap: wrap; gap: 0 1rem; padding: 0; margin: 0 }
.legend i { display: inline-block; width: .8em; height: .8em; margin-right: .4em; border-radius: 2px }
`)
