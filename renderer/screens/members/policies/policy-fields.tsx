import { useId, type ReactElement } from 'react';

import type { PolicyView } from '../../../../src/api/chain/governance.ts';
import { LEVELS, PERMISSIONS } from '../../../../src/ledger/permissions.ts';
import { Choice } from '../../../parts/choice.tsx';
import { Field } from '../../../parts/field.tsx';
import { InputField } from '../../../parts/input-field.tsx';
import { useServices } from '../../../services.ts';
import { useRead } from '../../../stores/use-read.ts';
import { PERMISSION_WORDS } from '../permission-words.ts';
import {
  decodePolicyDraft,
  modesFor,
  policyMeaning,
  rolePlural,
  rolesFor,
  type PolicyDraft,
  type PolicyMode,
} from './policy-draft.ts';

interface Props {
  readonly kind: PolicyView['kind'];
  readonly draft: PolicyDraft;
  readonly onDraft: (draft: PolicyDraft) => void;
  /** What `default` means here; null where it cannot be chosen. */
  readonly defaultMeaning: string | null;
  /** That one member decides alone is not what is wanted here. */
  readonly approvalsOnly?: boolean;
}

type FieldProps = Pick<Props, 'kind' | 'draft' | 'onDraft'>;

const MODES: Readonly<Record<PolicyMode, readonly [title: string, meaning: string]>> = {
  count: ['A number of approvals', 'This number of members of a role must agree, however many there are.'],
  fraction: ['A share of a role', 'It grows with the role: two thirds of 3 are 2, of 6 are 4. Rounded up.'],
  direct: ['One member alone', 'Any member who holds the permission does it at once.'],
  default: ['What it is by default', ''],
};

/** How something is to be decided, and what that means with the present members. */
export function PolicyFields({ kind, draft, onDraft, defaultMeaning, approvalsOnly = false }: Props): ReactElement {
  const name = useId();
  const modes = modesFor({ kind }).filter(
    (mode) => (mode !== 'default' || defaultMeaning !== null) && (mode !== 'direct' || !approvalsOnly),
  );
  return (
    <>
      <fieldset className="stack">
        <legend>How it is decided</legend>
        {modes.map((mode) => (
          <Choice
            key={mode}
            name={name}
            title={MODES[mode][0]}
            checked={draft.mode === mode}
            onChoose={() => onDraft({ ...draft, mode })}
          >
            {mode === 'default' ? defaultMeaning : MODES[mode][1]}
          </Choice>
        ))}
      </fieldset>
      <Numbers kind={kind} draft={draft} onDraft={onDraft} />
      <Meaning draft={draft} />
    </>
  );
}

function Numbers({ kind, draft, onDraft }: FieldProps): ReactElement | null {
  switch (draft.mode) {
    case 'default':
      return null;
    case 'direct':
      return (
        <Field label="Permission" hint={`Such a member ${PERMISSION_WORDS[draft.permission].meaning}.`}>
          {(control) => (
            <select
              {...control}
              className="input"
              value={draft.permission}
              onChange={(event) =>
                onDraft({
                  ...draft,
                  permission: PERMISSIONS.find((each) => each === event.target.value) ?? draft.permission,
                })
              }
            >
              {PERMISSIONS.filter((permission) => permission !== 'read_blockchain').map((permission) => (
                <option key={permission} value={permission}>
                  {PERMISSION_WORDS[permission].title} ({permission})
                </option>
              ))}
            </select>
          )}
        </Field>
      );
    case 'count':
      return (
        <div className="threshold">
          <NumberField label="Approvals" value={draft.count} onValue={(count) => onDraft({ ...draft, count })} />
          <span className="of">of the</span>
          <RoleField kind={kind} draft={draft} onDraft={onDraft} />
        </div>
      );
    case 'fraction':
      return (
        <div className="threshold">
          <NumberField
            label="Numerator"
            value={draft.numerator}
            onValue={(numerator) => onDraft({ ...draft, numerator })}
          />
          <span className="of">/</span>
          <NumberField
            label="Denominator"
            value={draft.denominator}
            onValue={(denominator) => onDraft({ ...draft, denominator })}
          />
          <span className="of">of the</span>
          <RoleField kind={kind} draft={draft} onDraft={onDraft} />
        </div>
      );
  }
}

function NumberField(field: {
  readonly label: string;
  readonly value: string;
  readonly onValue: (value: string) => void;
}): ReactElement {
  return <InputField {...field} className="input number" inputMode="numeric" autoComplete="off" />;
}

function RoleField({ kind, draft, onDraft }: FieldProps): ReactElement {
  return (
    <Field label="Role">
      {(control) => (
        <select
          {...control}
          className="input"
          value={draft.role}
          onChange={(event) =>
            onDraft({ ...draft, role: LEVELS.find((each) => each === event.target.value) ?? draft.role })
          }
        >
          {rolesFor({ kind }).map((role) => (
            <option key={role} value={role}>
              {rolePlural(role)}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

function Meaning({ draft }: { readonly draft: PolicyDraft }): ReactElement | null {
  const { reads } = useServices();
  const members = useRead(reads.chain.members.queryOptions()).data?.members;
  const policy = decodePolicyDraft(draft);
  if (policy === null)
    return (
      <p className="notice bad" role="status">
        Write whole numbers from 1 on; a share is at most one.
      </p>
    );
  if (policy.mode === 'default' || members === undefined) return null;
  const { sentence, warning, problem } = policyMeaning(policy, members);
  return (
    <div className={`notice ${problem !== null ? 'bad' : warning !== null ? 'warn' : ''}`} role="status">
      <b>{sentence}</b> {problem ?? warning}
    </div>
  );
}
