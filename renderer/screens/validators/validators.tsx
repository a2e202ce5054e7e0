import type { ReactElement } from 'react';

import type { ValidatorView } from '../../../src/api/chain/members.ts';
import { Age } from '../../node-parts/age.tsx';
import { Empty } from '../../node-parts/empty.tsx';
import { formatQuantity } from '../../parts/format.ts';
import { Heading } from '../../node-parts/heading.tsx';
import { LinkList } from '../../parts/link-list.tsx';
import { Link } from '../../parts/link.tsx';
import { ReadingView } from '../../node-parts/reading-view.tsx';
import { useServices } from '../../services.ts';
import { useRead } from '../../stores/use-read.ts';
import { useLocation } from '../../stores/use-stores.ts';
import { StatusTag } from './status-tag.tsx';
import { AddValidator } from './tasks/add-validator.tsx';
import { ValidatorDetail } from './validator-detail.tsx';
import './validators.css';
import { Name } from '../../names/name.tsx';

/** Who may seal blocks, with which key, and how that is changed. */
export function Validators(): ReactElement {
  const { reads } = useServices();
  const { segments, query } = useLocation();
  const reading = useRead(reads.chain.validators.queryOptions());
  const adding = query.get('do') === 'add' && segments.length === 1;
  const active = reading.data?.validators.filter(({ status }) => status === 'active').length;
  return (
    <>
      <Heading
        title="Validators"
        actions={
          <Link className="button primary" to={['validators']} query={{ do: 'add' }}>
            Add a validator…
          </Link>
        }
      >
        {active === undefined ? 'who may seal blocks' : `${formatQuantity(active, 'validator')} may seal blocks`}
      </Heading>
      <ReadingView reading={reading}>
        {({ validators }) => (
          <div className="split validators" data-open={adding || segments.length > 1}>
            <section className="pane master" aria-label="Validators">
              <LinkList
                label="Validators"
                items={validators}
                keyOf={({ validator_id }) => validator_id}
                placeOf={({ validator_id }) => ({ to: ['validators', validator_id] })}
                current={segments[1]}
              >
                {(validator) => <Row validator={validator} />}
              </LinkList>
            </section>
            <section className="pane detail" aria-label="Validator">
              {adding ? <AddValidator /> : <Opened validators={validators} validatorId={segments[1]} />}
            </section>
          </div>
        )}
      </ReadingView>
    </>
  );
}

function Opened({
  validators,
  validatorId,
}: {
  readonly validators: readonly ValidatorView[];
  readonly validatorId: string | undefined;
}): ReactElement {
  if (validatorId === undefined)
    return (
      <Empty title="Choose a validator" command={{ command: ['validator', 'list'] }}>
        Its key, the words to compare, the keys that it had, and what can be done with it show here.
      </Empty>
    );
  const chosen = validators.find(({ validator_id }) => validator_id === validatorId);
  if (chosen === undefined)
    return (
      <Empty
        title={`There is no validator ${validatorId}`}
        action={
          <Link className="button" to={['validators']}>
            All validators
          </Link>
        }
      />
    );
  return <ValidatorDetail key={validatorId} validator={chosen} />;
}

function Row({ validator }: { readonly validator: ValidatorView }): ReactElement {
  return (
    <>
      <span className="grow">
        <span className="row">
          <b className="grow clip">
            <Name kind="validator" id={validator.validator_id} />
          </b>
          {validator.is_here ? <span className="tag">this node</span> : null}
          <StatusTag status={validator.status} />
        </span>
        <small>
          {validator.blocks_sealed === null ? '– blocks' : formatQuantity(validator.blocks_sealed, 'block')} sealed ·{' '}
          {validator.last_seen === null ? (
            'never seen'
          ) : (
            <>
              last seen <Age time={validator.last_seen} />
            </>
          )}
        </small>
      </span>
    </>
  );
}
