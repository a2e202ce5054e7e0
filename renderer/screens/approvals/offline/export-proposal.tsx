import { useEffect, useState, type ReactElement } from 'react';

import type { ProposalView } from '../../../../src/api/chain/proposals.ts';
import { encodeUtf8 } from '../../../../src/base/bytes.ts';
import { QR_FRAME_SIZE_BYTES } from '../../../../src/base/limits.ts';
import { splitIntoFrames } from '../../../../src/ledger/documents/qr-frames.ts';
import { describeProblem, type Problem } from '../../../bridge/problem.ts';
import { formatBytes } from '../../../parts/format.ts';
import { ReadingView } from '../../../node-parts/reading-view.tsx';
import { Words } from '../../../parts/words.tsx';
import { downloadText } from '../../../parts/download.ts';
import { useServices } from '../../../services.ts';
import { useRead } from '../../../stores/use-read.ts';
import { AnimatedQr } from './animated-qr.tsx';
import { deflate } from './zlib.ts';
import { CommandElsewhere } from '../../../node-parts/command.tsx';

/** The proposal as a file and as a QR code, for a machine without a network. */
export function ExportProposal({ proposal }: { readonly proposal: ProposalView }): ReactElement {
  const { reads } = useServices();
  const { proposal_id: id, fingerprint } = proposal;
  const file = useRead(reads.chain.proposalFile.queryOptions({ input: { proposal_id: id } }));
  const fileName = `proposal-${id.slice(2, 10)}.json`;
  return (
    <>
      <div>
        <h2>Export to sign offline</h2>
        <p className="soft">
          Take it to a machine without a network. There it is executed on the values that it carries, by the code that
          the validator runs, and shown before it is signed. Bring the approval back here.
        </p>
      </div>
      <ReadingView reading={file}>{({ text }) => <ExportedFile text={text} fileName={fileName} />}</ReadingView>
      <section className="section" aria-labelledby="compare">
        <h2 id="compare">
          Compare <span className="faint">· the other machine shows these words, or signs something else</span>
        </h2>
        <Words words={fingerprint} label="Fingerprint" />
      </section>
      <p className="soft">
        There:{' '}
        <CommandElsewhere
          of={{
            command: ['proposal', 'sign'],
            options: { input: fileName, output: `approval-${id.slice(2, 10)}.json` },
          }}
        />
      </p>
    </>
  );
}

function ExportedFile({ text, fileName }: { readonly text: string; readonly fileName: string }): ReactElement {
  const [codes, setCodes] = useState<Codes | null>(null);
  useEffect(() => {
    let stopped = false;
    void codesOf(text).then((made) => {
      if (!stopped) setCodes(made);
    });
    return () => {
      stopped = true;
    };
  }, [text]);
  return (
    <>
      <div className="row">
        <button
          type="button"
          className="button primary"
          onClick={() => downloadText(fileName, text, 'application/json')}
        >
          Save the file
        </button>
        <span className="soft">
          {fileName}, {formatBytes(encodeUtf8(text).length)}
        </span>
      </div>
      <section className="section" aria-labelledby="qr">
        <h2 id="qr">
          Or scan this{' '}
          <span className="faint">
            {codes === null || codes.frames === null
              ? ''
              : codes.frames.length === 1
                ? '· one code'
                : `· ${codes.frames.length} parts, in any order`}
          </span>
        </h2>
        {codes === null ? null : codes.frames === null ? (
          <p className="soft">
            {codes.problem.message}. {codes.problem.advice}
          </p>
        ) : (
          <AnimatedQr frames={codes.frames} label="The proposal as a QR code" />
        )}
      </section>
    </>
  );
}

type Codes = { readonly frames: readonly string[] } | { readonly frames: null; readonly problem: Problem };

/** Compressed where that makes fewer frames of it. */
async function codesOf(text: string): Promise<Codes> {
  try {
    const plain = encodeUtf8(text);
    return {
      frames: splitIntoFrames(plain.length <= QR_FRAME_SIZE_BYTES ? plain : await deflate(new Uint8Array(plain))),
    };
  } catch (error) {
    return { frames: null, problem: describeProblem(error) };
  }
}
