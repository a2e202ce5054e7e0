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
html, body { height: 100%; }
body {
  margin: 0;
  background: var(--ground);
  color: var(--ink);
  font: 14px/1.45 system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif;
}
main { max-width: 720px; margin: 0 auto; padding: 14px 16px; }
main.message { padding-top: 24px; }
/* Who, what and the words stay at the top, the form at the bottom; only the part between them scrolls. */
main.review { display: grid; grid-template-rows: auto minmax(0, 1fr) auto; gap: 10px; height: 100dvh; }
.where { margin: 0 0 6px; color: var(--soft); font-size: 13px; overflow-wrap: anywhere; }
.where strong { color: var(--ink); }
.where .words { font-family: var(--mono); font-size: 12px; }
h1 { margin: 0 0 8px; font-size: 18px; line-height: 1.3; font-weight: 650; overflow-wrap: anywhere; }
h2 { margin: 12px 0 6px; font-size: 13px; font-weight: 650; color: var(--soft); }
header h2 { margin: 0 0 2px; }
h2 .hint { font-weight: 400; }
.content { overflow: auto; overscroll-behavior: contain; border: 1px solid var(--line); border-radius: 10px; background: var(--card); padding: 12px 14px; }
section + section { margin-top: 12px; padding-top: 12px; border-top: 1px solid var(--line); }
section h2 { margin-top: 0; }
.outcome { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 16px; }
.outcome h1 { font-size: 22px; }
.asked { margin: 14px 0 0; padding: 10px 12px; border: 2px solid var(--accent); border-radius: 8px; }
.warnings { margin: 0 0 12px; padding: 10px 14px 10px 32px; background: var(--caution-ground); color: var(--caution); border-radius: 8px; }
.fingerprint { display: flex; flex-wrap: wrap; gap: 2px 14px; margin: 0; padding: 0; list-style: none; counter-reset: word; font: 600 16px/1.5 var(--mono); }
.fingerprint li { counter-increment: word; }
.fingerprint li::before { content: counter(word) ' '; color: var(--soft); font-size: 12px; font-weight: 400; }
.hint { margin: 4px 0 0; color: var(--soft); font-size: 12.5px; }
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
details { margin-top: 12px; }
details dl { margin-top: 8px; }
details summary { cursor: pointer; color: var(--soft); }
pre { margin: 8px 0 0; padding: 12px; max-height: 320px; overflow: auto; background: var(--ground); border: 1px solid var(--line); border-radius: 8px; white-space: pre-wrap; overflow-wrap: anywhere; font: 12.5px/1.5 var(--mono); }
label { display: block; font-weight: 600; font-size: 13px; }
.fields { display: grid; grid-template-columns: repeat(auto-fit, minmax(200px, 1fr)); gap: 8px 12px; }
input[type='password'], input[type='text'] {
  width: 100%; margin-top: 3px; padding: 8px 10px; font: inherit; color: var(--ink); background: var(--card);
  border: 1px solid var(--soft); border-radius: 8px;
}
.keep { display: flex; gap: 8px; align-items: baseline; margin-top: 6px; font-weight: 400; }
.actions { display: flex; flex-wrap: wrap; gap: 8px 12px; align-items: center; margin-top: 10px; }
.actions .hint { margin: 0 0 0 auto; }
button {
  min-height: 40px; padding: 0 22px; font: inherit; font-weight: 650; border-radius: 8px; cursor: pointer;
  border: 1px solid var(--soft); background: var(--card); color: var(--ink);
}
button.sign { border-color: var(--accent); background: var(--accent); color: var(--accent-ink); }
.too-small { display: none; margin: 0; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.problem { overflow-wrap: anywhere; margin: 0 0 8px; padding: 8px 12px; border-radius: 8px; background: var(--caution-ground); color: var(--caution); font-weight: 600; }
/* A low window, or a magnified one: all of it scrolls, in the order in which it is read. */
@media (max-height: 559px), (max-width: 479px) {
  main.review { display: block; height: auto; }
  main.review > * + * { margin-top: 10px; }
  .content { overflow: visible; }
}
/* Where what is signed cannot be seen, it cannot be signed. */
@media (max-height: 299px), (max-width: 259px) {
  form { display: none; }
  .too-small { display: block; color: var(--caution); font-weight: 600; }
}
`;

/** The seconds that a review has left, counted down without a script. The window is shown again when they are over. */
export function expiryStyle(seconds: number): string {
  return `
@property --left { syntax: '<integer>'; inherits: false; initial-value: 0; }
@keyframes left { from { --left: ${seconds}; } to { --left: 0; } }
.left { animation: left ${seconds}s linear forwards; counter-reset: left var(--left); }
.left::after { content: ' · ' counter(left) ' s left'; }
`;
}
