import type { ReactElement } from 'react';

import type { ModelClaim } from '../../../src/api/chain/claims.ts';
import type { EnvironmentView } from '../../../src/api/chain/environments.ts';
import type { Hash } from '../../../src/base/bytes.ts';
import { statedClaims } from '../../../src/ledger/documents/stated-claims.ts';
import { Facts } from '../../parts/facts.tsx';
import { formatQuantity } from '../../parts/format.ts';
import { useServices } from '../../services.ts';
import { useRead } from '../../stores/use-read.ts';

interface Props {
  readonly environment: EnvironmentView;
  readonly stateHash: Hash;
}

/** What others say of a version: hashes that its metadata names, and signatures among its files. Not shown where there is nothing. */
export function Claims({ environment: { blue, green }, stateHash }: Props): ReactElement | null {
  const { reads } = useServices();
  const signed = useRead(reads.chain.modelClaims.queryOptions({ input: { state_hash: stateHash } })).data?.claims ?? [];
  const zone = [blue, green].find((each) => each?.state_hash === stateHash);
  const stated = statedClaims(zone?.metadata ?? {});
  if (signed.length === 0 && stated.length === 0) return null;
  return (
    <section className="section" aria-labelledby="claims">
      <h2 id="claims">
        What others say of it <span className="faint">· claims: nothing of the chain rests on them</span>
      </h2>
      {stated.length === 0 ? null : <Facts rows={stated.map(({ name, value }) => [name, value])} />}
      {signed.map((claim) => (
        <Signed key={claim.path} claim={claim} />
      ))}
    </section>
  );
}

const SIGNATURES: Readonly<Record<ModelClaim['signature'], string>> = {
  valid: 'its signature holds',
  invalid: 'its signature does not hold',
  unchecked: 'its signature is not checked: the file holds no key',
};

function Signed({
  claim: { path, problem, name, files, signature, signer },
}: {
  readonly claim: ModelClaim;
}): ReactElement {
  const isBad = signature === 'invalid' || files === null || files.different_count + files.missing_count > 0;
  return (
    <div className={`notice ${isBad ? 'bad' : signature === 'valid' ? '' : 'warn'}`}>
      <b>OpenSSF Model Signing</b>, in <span className="mono">{path}</span>
      {name === null ? '' : `, of what they call ${name}`}
      {signer === null ? '. ' : `, by ${signer}; ${SIGNATURES[signature]}. `}
      {problem === null ? '' : `It says nothing here: ${problem}. `}
      {files === null ? null : (
        <>
          {formatQuantity(files.same, 'file')} {files.same === 1 ? 'is' : 'are'} as signed.{' '}
          <Some what="different" count={files.different_count} paths={files.different} />
          <Some what="signed and not there" count={files.missing_count} paths={files.missing} />
          <Some what="there and not signed" count={files.unsigned_count} paths={files.unsigned} />
        </>
      )}
    </div>
  );
}

function Some({
  what,
  count,
  paths,
}: {
  readonly what: string;
  readonly count: number;
  readonly paths: readonly string[];
}): ReactElement | null {
  if (count === 0) return null;
  const more = count - paths.length;
  return (
    <>
      {formatQuantity(count, 'file')} {what}: {paths.join(', ')}
      {more > 0 ? ` and ${more} more` : ''}.{' '}
    </>
  );
}
