/** What a console shows at the address that everybody on the machine knows. It holds no script and no secret. */
export const STRANGER_PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <title>Quantum-Lock console</title>
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
  </head>
  <body>
    <main>
      <h1>A Quantum-Lock console runs here</h1>
      <p>It opens with a link that works once, and only from there.</p>
      <p>The link was printed in the terminal where the console was started. For a new one, run this on the same machine,
        with the <code>--data</code> that the console runs on:</p>
      <p><code>npx dm console --link</code></p>
    </main>
  </body>
</html>
`;

export const STRANGER_HEADERS: Readonly<Record<string, string>> = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  // A program that had this port before may have left a worker or a copy of a page under its address.
  'clear-site-data': '"cache", "storage"',
  'content-security-policy': `default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'`,
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};
