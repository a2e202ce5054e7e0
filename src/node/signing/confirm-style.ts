/** The confirming page's only style sheet. It loads nothing: system fonts, no images. */
export const CONFIRM_STYLE = `
:root {
  color-scheme: light dark;
  --ground: #f5f6f8;
  --card: #ffffff;
  --ink: #14171f;
  --soft: #4c5566;
  --line: #d5dae3;
  --accent: #1d4ed8;
  --accent-ink: #ffffff;
  --caution: #7a4a00;
  --caution-ground: #fff4dc;
  --before: #9b1c1c;
  --after: #14632f;
  --mono: ui-monospace, 'SF Mono', 'Cascadia Mono', 'DejaVu Sans Mono', monospace;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #0e1116;
    --card: #171b22;
    --ink: #e9ecf2;
    --soft: #a7b0c0;
    --line: #2d3440;
    --accent: #8ab4ff;
    --accent-ink: #0b1220;
    --caution: #ffd48a;
    --caution-ground: #33270f;
    --before: #ff9b9b;
    --after: #86dba4;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0;
  padding: 24px 16px 40px;
  background: var(--ground);
  color: var(--ink);
  font: 15px/1.5 system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif;
}
main { max-width: 620px; margin: 0 auto; }
.where { margin: 0 0 12px; color: var(--soft); font-size: 13px; }
.where strong { color: var(--ink); }
h1 { margin: 0 0 16px; font-size: 22px; line-height: 1.3; font-weight: 650; overflow-wrap: anywhere; }
h2 { margin: 24px 0 8px; font-size: 13px; font-weight: 650; color: var(--soft); }
section, form, .outcome { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 16px; }
section + section, section + form, .warnings + section { margin-top: 12px; }
section h2 { margin-top: 0; }
.warnings { margin: 0 0 12px; padding: 12px 16px 12px 36px; background: var(--caution-ground); color: var(--caution); border-radius: 10px; }
.fingerprint { margin: 0; font: 600 18px/1.5 var(--mono); word-spacing: 6px; }
.hint { margin: 4px 0 0; color: var(--soft); font-size: 13px; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 4px 16px; margin: 0; }
dt { color: var(--soft); }
dd { margin: 0; overflow-wrap: anywhere; }
.code { font-family: var(--mono); font-size: 13px; overflow-wrap: anywhere; }
.changes { list-style: none; margin: 0; padding: 0; }
.changes li { padding: 8px 0; border-top: 1px solid var(--line); }
.changes li:first-child { border-top: 0; padding-top: 0; }
.changes .place { color: var(--soft); }
.changes dl { margin-top: 4px; gap: 2px 16px; }
.before { color: var(--before); }
.after { color: var(--after); }
details summary { cursor: pointer; color: var(--soft); }
pre { margin: 8px 0 0; padding: 12px; max-height: 320px; overflow: auto; background: var(--ground); border: 1px solid var(--line); border-radius: 8px; white-space: pre-wrap; overflow-wrap: anywhere; font: 12.5px/1.5 var(--mono); }
form { margin-top: 12px; }
label { display: block; font-weight: 600; }
input[type='password'], input[type='text'] {
  width: 100%; margin-top: 4px; padding: 9px 12px; font: inherit; color: var(--ink); background: var(--ground);
  border: 1px solid var(--soft); border-radius: 8px;
}
.keep { display: flex; gap: 8px; align-items: baseline; margin-top: 12px; font-weight: 400; }
.actions { display: flex; gap: 12px; margin-top: 16px; }
button {
  min-height: 42px; padding: 0 22px; font: inherit; font-weight: 650; border-radius: 8px; cursor: pointer;
  border: 1px solid var(--soft); background: var(--card); color: var(--ink);
}
button.sign { border-color: var(--accent); background: var(--accent); color: var(--accent-ink); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.problem { margin: 0 0 12px; padding: 10px 12px; border-radius: 8px; background: var(--caution-ground); color: var(--caution); font-weight: 600; }
`;
