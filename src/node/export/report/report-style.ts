/** How a report looks as a page, on a screen and printed. It is the only style that a frame of the console may carry in itself. */
export const REPORT_STYLE = `
:root{color-scheme:light dark;--ink:#1b1f24;--quiet:#5b6470;--line:#d9dee4;--paper:#fff;--bar:#0b6e4f;--bad:#a3261b;--look:#8a5a00;--good:#0b6e4f}
@media (prefers-color-scheme:dark){:root{--ink:#e6e9ed;--quiet:#9aa4b0;--line:#333b45;--paper:#14181d;--bar:#4cc38a;--bad:#ff8a7a;--look:#e8b54a;--good:#4cc38a}}
body{margin:0;background:var(--paper);color:var(--ink);font:15px/1.5 Inter,system-ui,sans-serif}
main{max-width:1080px;margin:0 auto;padding:32px 24px 64px}
.kind{margin:0;color:var(--quiet);letter-spacing:.04em;text-transform:uppercase;font-size:12px}
h1{margin:4px 0 8px;font-size:26px;line-height:1.25}
h2{margin:36px 0 10px;font-size:18px;border-bottom:1px solid var(--line);padding-bottom:6px}
p{margin:6px 0}.quiet{color:var(--quiet);font-size:13px;font-weight:400}
nav ul{display:flex;flex-wrap:wrap;gap:4px 16px;list-style:none;margin:16px 0 0;padding:0}
a{color:inherit}
.figures{display:grid;grid-template-columns:repeat(auto-fill,minmax(160px,1fr));gap:12px;margin:0 0 20px}
.figures div{border:1px solid var(--line);border-radius:6px;padding:10px 12px}
.figures dt{color:var(--quiet);font-size:13px}.figures dd{margin:0;font-size:20px;font-variant-numeric:tabular-nums}
figure{margin:0 0 16px}figcaption{font-size:13px;color:var(--quiet)}
svg{width:100%;height:auto}rect{fill:var(--bar)}line{stroke:var(--line)}svg text{fill:var(--quiet);font-size:11px}
.wide{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:13.5px}
th,td{text-align:left;vertical-align:top;padding:7px 12px 7px 0;border-bottom:1px solid var(--line)}
thead th{color:var(--quiet);font-weight:500}tbody th{font-weight:600}
.hash,pre{font-family:ui-monospace,Menlo,Consolas,monospace;font-size:12px;overflow-wrap:anywhere}td.hash{min-width:200px}
pre{white-space:pre-wrap;border:1px solid var(--line);border-radius:6px;padding:8px 10px;margin:6px 0}
.level-bad{color:var(--bad);font-weight:600}.level-look{color:var(--look);font-weight:600}.level-good{color:var(--good)}
time{font-variant-numeric:tabular-nums;white-space:nowrap}
@media print{main{max-width:none;padding:0}nav{display:none}thead{display:table-header-group}tr{break-inside:avoid}.wide{overflow:visible}}
`.replaceAll('\n', '');
