import { useState, type ReactElement } from 'react';

import type { MemberView } from '../../../../src/api/chain/members.ts';
import { LEVELS } from '../../../../src/ledger/permissions.ts';
import { TextField } from '../../../parts/text-field.tsx';
import { Task } from '../../../signing/task.tsx';
import { shownText } from '../../../text/shown-text.ts';
import { LevelField } from './level-field.tsx';

/** Proposes another name or level. */
export function ChangeMember({ member }: { readonly member: MemberView }): ReactElement {
  const { member_id } = member;
  // What cannot be seen is written as its code, so that it can be taken out; a name that is left as it is stays as it is.
  const shownName = shownText(member.name);
  const [typed, setName] = useState(shownName);
  const name = typed === shownName ? member.name : typed.trim();
  const [level, setLevel] = useState(member.level);
  const isChanged = name !== member.name || level !== member.level;
  const isLess = LEVELS.indexOf(level) < LEVELS.indexOf(member.level);
  const status = member.status === 'suspended' ? 'suspended' : 'active';
  return (
    <Task
      title={`Change ${member.name}`}
      button="Propose…"
      command={{
        command: ['member', 'update'],
        operands: [member_id],
        options: { name: name || 'NAME', level },
      }}
      next={null}
      request={
        isChanged && name !== ''
          ? { kind: 'proposal', action: 'update_member', payload: { member_id, name, level, status } }
          : { missing: name === '' ? 'Enter the name.' : 'Nothing is changed yet.' }
      }
    >
      <TextField label="Name" hint="As others see it. The id stays." value={typed} onValue={setName} />
      <LevelField level={level} onLevel={setLevel} />
      {isLess ? (
        <p className="notice warn">
          <b>It will have fewer permissions.</b> Its votes on open proposals no longer count where the new level may not
          vote.
        </p>
      ) : null}
    </Task>
  );
}
