import { useState, type ReactElement, type SyntheticEvent } from 'react';

import { isHash } from '../../../src/base/bytes.ts';
import type { Client } from '../../bridge/client.ts';
import { encodeLocation } from '../../router/location.ts';
import { useServices } from '../../services.ts';
import { useAct } from '../../stores/use-act.ts';

/** Finds a block by number or hash, or a transaction by id. */
export function LookUp(): ReactElement {
  const { client, router } = useServices();
  const [text, setText] = useState('');
  const [missing, setMissing] = useState<string | null>(null);
  const find = useAct(async () => {
    const address = await addressOf(client, text.trim());
    if (address === null) setMissing('Nothing on this chain has this number, hash or id.');
    else router.go(address);
  });
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    setMissing(null);
    if (text.trim() !== '') find.run();
  };
  const problem = find.problem?.message ?? missing;
  return (
    <form className="row" role="search" onSubmit={submit}>
      {problem === null ? null : (
        <span className="look-up-problem" role="alert">
          {problem}
        </span>
      )}
      <input
        className="input look-up"
        aria-label="Block number, block hash or transaction id"
        placeholder="Block number, hash or transaction id"
        spellCheck={false}
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setMissing(null);
        }}
      />
      <button type="submit" className="button" disabled={find.busy}>
        Look up
      </button>
    </form>
  );
}

async function addressOf(client: Client, text: string): Promise<string | null> {
  if (/^\d{1,15}$/.test(text)) return encodeLocation(['explorer', 'block', text]);
  if (!isHash(text)) return null;
  const { results } = await client.chain.search({ text });
  const found = results.find(({ kind }) => kind === 'block' || kind === 'transaction');
  return found === undefined ? null : encodeLocation(['explorer', found.kind, found.id]);
}
