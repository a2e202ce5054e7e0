import type { ReactElement } from 'react';

import type { ValidatorView } from '../../src/api/chain/members.ts';
import { Name } from '../names/name.tsx';
import { Hash } from '../parts/hash.tsx';
import { Link } from '../parts/link.tsx';
import { Words } from '../parts/words.tsx';
import { useInspection } from '../stores/use-inspection.ts';

/** The keys that a check in the page rests on, and where they come from. */
export function TrustedKeysNote({
  validators: trusted,
}: {
  readonly validators: readonly ValidatorView[];
}): ReactElement {
  return (
    <section className="section">
      <h2>Keys that this check trusts</h2>
      <p className="soft">
        <WhereKeysComeFrom />
      </p>
      <ul className="stack">
        {trusted.flatMap(({ validator_id: id, keys }) =>
          keys.map(({ public_key: key, fingerprint, status }) => (
            <li key={key} className="stack">
              <span>
                <b>
                  <Name kind="validator" id={id} />
                </b>{' '}
                <Hash value={key} what="public key" />
                {status === 'retired' ? <span className="faint"> its key for earlier blocks</span> : null}
              </span>
              <Words words={fingerprint} label={`Fingerprint of ${id}, ${status}`} />
            </li>
          )),
        )}
      </ul>
    </section>
  );
}

function WhereKeysComeFrom(): ReactElement {
  const inspection = useInspection();
  if (inspection === null)
    return (
      <>
        They come from this node. Compare the words with those that the validator&rsquo;s operator reads out. Then you
        do not have to trust the node.
      </>
    );
  if (inspection.trust.confirmed_by === null)
    return (
      <>
        They come from the file, which nobody has confirmed: the check shows that the proof fits the file, and no more.{' '}
        <Link to={['file']}>Compare it with what you know</Link>.
      </>
    );
  return (
    <>
      They come from the file, by the chain that you confirmed. <Link to={['file']}>What that rests on</Link>.
    </>
  );
}
