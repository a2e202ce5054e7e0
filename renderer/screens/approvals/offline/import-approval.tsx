import { useEffect, useEffectEvent, useRef, useState, type ReactElement } from 'react';
import { useStore } from 'zustand';

import type { ProposalView } from '../../../../src/api/chain/proposals.ts';
import { CARRIED_APPROVALS_MAX } from '../../../../src/base/limits.ts';
import { carriedApproval, type Approval } from '../../../../src/ledger/documents/approval.ts';
import { describeProblem, type Problem } from '../../../bridge/problem.ts';
import { Field } from '../../../parts/field.tsx';
import { ProblemNotice } from '../../../parts/problem-notice.tsx';
import { useServices } from '../../../services.ts';
import { SigningPanel } from '../../../signing/signing-panel.tsx';
import { useChain } from '../../../stores/use-chain.ts';
import { ApprovalList } from './approval-list.tsx';
import { Camera } from './camera.tsx';
import { decodeImage } from './decode-image.ts';
import { mismatch } from './mismatch.ts';
import { ApprovalReader } from './read-approvals.ts';
import { Command } from '../../../node-parts/command.tsx';
import { ActButton } from '../../../parts/act-button.tsx';

/** Imports approvals that were signed elsewhere: pasted, as files, as pictures, or through the camera. */
export function ImportApproval({ expected }: { readonly expected: ProposalView | null }): ReactElement {
  const { page } = useServices();
  const chain = useChain();
  const [approvals, setApprovals] = useState<readonly Approval[]>([]);
  const [parts, setParts] = useState<{ readonly total: number; readonly missing: number } | null>(null);
  const [problem, setProblem] = useState<Problem>();
  const [text, setText] = useState('');
  const [filming, setFilming] = useState(false);
  const [reviewing, setReviewing] = useState(false);
  const [reader] = useState(() => new ApprovalReader());
  const files = useRef<HTMLInputElement>(null);
  const wantedId = expected?.proposal_id ?? approvals[0]?.proposal_id ?? null;

  const take = async (given: string): Promise<boolean> => {
    try {
      const read = await reader.read(given);
      const wrong = read.approvals
        .map((approval) => mismatch(approval, { chain, proposalId: wantedId }))
        .find((one) => one !== null);
      setParts(read.parts);
      setProblem(wrong ?? undefined);
      if (wrong !== undefined) return false;
      setApprovals((before) => merged(before, read.approvals));
      if (read.approvals.length > 0) setFilming(false);
      return true;
    } catch (error) {
      setProblem(describeProblem(error));
      return false;
    }
  };
  const takeFiles = async (chosen: readonly File[]): Promise<void> => {
    for (const file of chosen) {
      try {
        const given = file.type.startsWith('image/') ? await decodeImage(file) : await file.text();
        if (given === null) setProblem(noCode(file.name));
        else await take(given);
      } catch (error) {
        setProblem(describeProblem(error));
      }
    }
  };

  const handed = useStore(page, (state) => state.handed);
  const takeHanded = useEffectEvent(takeFiles);
  // What is opened while the console starts waits for its chain.
  const isChainKnown = chain !== null;
  useEffect(() => {
    if (isChainKnown && handed?.to === 'import') void takeHanded(handed.files);
  }, [isChainKnown, handed]);

  const [first] = approvals;
  if (reviewing && first !== undefined)
    return (
      <SigningPanel
        request={{
          kind: 'transaction',
          action: 'carry_approvals',
          payload: {
            proposal_id: first.proposal_id,
            approvals: approvals.map(carriedApproval),
          },
        }}
        onBack={() => setReviewing(false)}
      />
    );
  return (
    <div className="task-form">
      <div>
        <h2>Import an approval</h2>
        <p className="soft">
          Signed on a machine without a network. Its signature is checked here and again by the ledger. Importing it
          does not give your own approval.
        </p>
      </div>
      {problem === undefined ? null : <ProblemNotice problem={problem} />}
      {approvals.length === 0 ? null : (
        <ApprovalList
          approvals={approvals}
          onRemove={(key) => setApprovals(approvals.filter(({ public_key }) => public_key !== key))}
        />
      )}
      <Field label="The approval as text" hint="The line that the other machine printed, or the content of its file.">
        {(control) => (
          <textarea
            {...control}
            className="input"
            spellCheck={false}
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
        )}
      </Field>
      <div className="row">
        <ActButton
          className="button"
          missing={text.trim() === '' ? 'Paste the text above.' : null}
          onClick={() => {
            void take(text).then((taken) => {
              if (taken) setText('');
            });
          }}
        >
          Read the text
        </ActButton>
        <button type="button" className="button" onClick={() => files.current?.click()}>
          Choose a file or a picture…
        </button>
        <input
          ref={files}
          type="file"
          hidden
          multiple
          aria-label="A file of the approval, or a picture of its code"
          accept=".json,.txt,application/json,text/plain,image/*"
          onChange={(event) => {
            void takeFiles([...(event.target.files ?? [])]);
            event.target.value = '';
          }}
        />
        <button type="button" className="button" aria-pressed={filming} onClick={() => setFilming(!filming)}>
          {filming ? 'Stop the camera' : 'Use the camera'}
        </button>
        {parts === null ? null : (
          <span className="soft" role="status">
            {parts.total - parts.missing} of {parts.total} parts read
          </span>
        )}
      </div>
      {filming ? <Camera onText={(seen) => void take(seen)} /> : null}
      <div className="row">
        <ActButton missing={first === undefined ? 'Read an approval first.' : null} onClick={() => setReviewing(true)}>
          Review and import…
        </ActButton>
        <span className="faint grow">
          or <Command of={{ command: ['proposal', 'import'], options: { input: 'FILE' } }} />
        </span>
      </div>
    </div>
  );
}

/** One of each key, as many as one transaction takes. */
function merged(before: readonly Approval[], read: readonly Approval[]): readonly Approval[] {
  const keys = new Set(before.map(({ public_key }) => public_key));
  const fresh = read.filter(({ public_key }) => !keys.has(public_key) && keys.add(public_key));
  return [...before, ...fresh].slice(0, CARRIED_APPROVALS_MAX);
}

function noCode(name: string): Problem {
  return {
    code: 'CODE_NOT_FOUND',
    message: `No QR code was found in ${name}.`,
    advice: 'Take the picture closer and sharper, or paste the approval as text.',
  };
}
