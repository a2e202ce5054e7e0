import { readFile } from 'node:fs/promises';
import { inflateSync } from 'node:zlib';

import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright';
import encodeQR from 'qr';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { decodeUtf8, encodeUtf8, type Hash } from '../../src/base/bytes.ts';
import { fingerprintWords } from '../../src/base/fingerprint.ts';
import { encodeApproval, encodeApprovalLine } from '../../src/ledger/documents/approval.ts';
import { decodeProposalFile } from '../../src/ledger/documents/proposal-file.ts';
import { FrameCollector, isCompressed, splitIntoFrames } from '../../src/ledger/documents/qr-frames.ts';
import type { Elsewhere } from '../sandbox/elsewhere.ts';
import { AHEAD } from '../sandbox/environments.ts';
import type { Person } from '../sandbox/people.ts';
import { readDrawnCode } from '../renderer/drawn-code.ts';
import { confirmReview, refuseReview } from './confirm-review.ts';
import { keyboardHand, mouseHand, type MakeHand } from './hands.ts';
import { typeAskedWord } from './confirming.ts';
import { lookAt } from './real-console.ts';
import {
  openBench,
  sampledLooks,
  SeededConsole,
  type Bench,
  type LookOptions,
  type OpenPage,
} from './seeded-console.ts';

/** The first acts in the page; the others elsewhere. */
const [ME, SECOND, THIRD]: readonly [Person, Person, Person] = ['operations-1', 'operations-2', 'security-lead'];

let bench: Bench;
let sandbox: SeededConsole;
let elsewhere: Elsewhere;
let open: OpenPage;

beforeAll(async () => {
  bench = await openBench();
  sandbox = await SeededConsole.start(bench);
  elsewhere = sandbox.elsewhere;
});
afterAll(async () => {
  await sandbox.close();
  await bench.close();
});
afterEach(async () => {
  await open.close();
  await sandbox.settle();
});

interface Prepared extends LookOptions {
  readonly prepare?: () => Promise<unknown>;
}

async function openApprovals({ address = '#/approvals', prepare, ...look }: Prepared = {}): Promise<Page> {
  await prepare?.();
  open = await sandbox.open({ address, ...look });
  return open.page;
}

/** The validator that a test proposes: another one in each, since the chain is theirs together. */
let validator = '';
let validators = 50;
beforeEach(() => {
  validator = `authority-${++validators}`;
});

function addValidator(): Promise<Hash> {
  const key = elsewhere.withKey(validator, `validator/${validator}`);
  return elsewhere.propose(SECOND, 'add_validator', { validator_id: validator, ...key });
}

const adding = (before = '^', after = ''): RegExp => new RegExp(`${before}Add validator ${validator}${after}`);

function setWindow(person: Person, value: number): Promise<Hash> {
  return elsewhere.propose(person, 'set_parameter', { name: 'transaction_window_ms', value });
}

/** Signs in the confirming window what the page has asked for. */
function confirm(page: Page, button: string | RegExp): Promise<void> {
  return confirmReview({ page, context: open.context, signingCode: sandbox.local.signingCode }, button);
}

describe('what waits', () => {
  // The first of the file: on this chain, nothing was proposed yet.
  it('teaches the next step where nothing was ever proposed', async () => {
    const page = await openApprovals();
    await page.getByText('No proposals yet').waitFor();
    await page.getByText('npx dm proposal create').waitFor();
    await page
      .getByRole('region', { name: 'Proposal', exact: true })
      .getByRole('link', { name: 'New proposal…' })
      .click();
    await page.getByRole('link', { name: /^Set a parameter…/ }).waitFor();
  });

  it('stands in groups, in the badge, in the tab and on the Overview', async () => {
    const page = await openApprovals({
      prepare: async () => {
        await addValidator();
        await elsewhere.approve(THIRD, await setWindow(SECOND, 120_000));
        // After it: what was made for the window of before would be stale.
        await setWindow(ME, 300_000);
      },
    });
    await page.getByText('1 waits for you · 1 waits for others').waitFor();
    const mine = page.getByRole('list', { name: 'Waits for you' }).getByRole('link');
    expect(await mine.allInnerTexts()).toEqual([
      expect.stringMatching(adding('^', '\\s+1 of 2 · yours is missing\\s+6 days left$')),
    ]);
    await page
      .getByRole('list', { name: 'Waits for others' })
      .getByRole('link', { name: /to 5 minutes 1 of 2 · waits for Operations 2 and Security lead/ })
      .waitFor();
    await page
      .getByRole('list', { name: 'Ended' })
      .getByRole('link', { name: /to 2 minutes executed/ })
      .waitFor();
    await page.getByRole('link', { name: 'Approvals 1 waits for you' }).waitFor();
    expect(await page.title()).toBe('(1) Approvals · Quantum-Lock');
    await open.goTo('#/overview');
    const needs = page.getByRole('region', { name: 'Waiting for approval' });
    await needs.getByText('Approve', { exact: true }).waitFor();
    await needs.getByText('Watch', { exact: true }).waitFor();
    await needs.getByRole('link', { name: `Add validator ${validator}` }).click();
    await page.getByText('If you approve, this happens at once:').waitFor();
  });

  it('calls the person when something begins to wait for them, once', async () => {
    const page = await openApprovals({ address: '#/overview' });
    await page.getByText('No proposal is open.').waitFor();
    await addValidator();
    const calls = page.getByRole('status', { name: 'Waits for you' });
    await calls.getByText(`Add validator ${validator} waits for your approval.`).waitFor();
    expect(await page.title()).toBe('(1) Overview · Quantum-Lock');
    await calls.getByRole('link', { name: 'Open' }).click();
    await page.getByText('If you approve, this happens at once:').waitFor();
    await calls.getByText('waits for your approval').waitFor({ state: 'detached' });
  });

  it('is for the identity that acts: another one has approved already', async () => {
    const page = await openApprovals({ prepare: () => addValidator() });
    await page.getByText('1 waits for you').first().waitFor();
    await open.goTo(`#/keys/${await sandbox.keyId('Operations 2')}`);
    await page.getByRole('button', { name: 'Act as Operations 2' }).click();
    await page.getByRole('link', { name: 'Approvals', exact: true }).click();
    await page.getByText('0 wait for you · 1 waits for others').waitFor();
    await page.getByRole('link', { name: adding() }).click();
    await page.getByText('You have approved this. It waits for other members.').waitFor();
    await page.getByRole('link', { name: 'Withdraw…' }).waitFor();
  });

  it('is found in the palette by its title and by its id', async () => {
    let id = '';
    const page = await openApprovals({
      address: '#/overview',
      prepare: async () => {
        id = await addValidator();
        await setWindow(ME, 300_000);
      },
    });
    await page.getByText('Waiting for approval').waitFor();
    for (const [text, option] of [
      ['window 5', /^proposal Set the transaction window to 5 minutes/],
      [id.slice(0, 12), adding('^proposal ')],
      ['freeze', 'Freeze the chain…'],
      ['approve auth', adding('^waits Approve: ', '…')],
    ] as const) {
      await page.keyboard.press('Control+k');
      const find = page.getByRole('combobox', { name: /^Find a block/ });
      await find.fill(text);
      await page.getByRole('option', { name: option }).first().waitFor();
      if (text === 'approve auth') break;
      await page.keyboard.press('Escape');
      await find.waitFor({ state: 'detached' });
    }
    await page.keyboard.press('Enter');
    await page.getByText('If you approve, this happens at once:').waitFor();
  });
});

describe.each([
  ['the mouse', mouseHand],
  ['the keyboard alone', keyboardHand],
] as const)('with %s', (_, makeHand: MakeHand) => {
  it('a proposal is read, reviewed, signed, and done in the block of the last approval', async () => {
    const page = await openApprovals({ address: '#/overview', prepare: () => addValidator() });
    const hand = makeHand(page);
    await page.getByText('Blocks as they arrive').waitFor();
    await hand.goTo('Approvals');
    await hand.press(page.getByRole('link', { name: adding() }));
    await page.getByText('If you approve, this happens at once:').waitFor();
    await page.getByRole('region', { name: 'Approvals' }).getByText('1 of 2 approvals by administrators').waitFor();
    await page.getByRole('row', { name: new RegExp(`${validator} status \\+ active`) }).waitFor();
    const words = await page.getByRole('list', { name: 'Fingerprint' }).getByRole('listitem').allInnerTexts();
    await hand.press(page.getByRole('link', { name: 'Review and sign…' }));
    await page.getByText('If you sign, this happens at once:').waitFor();
    const review = page.getByRole('region', { name: 'Review and sign' });
    expect(
      await review.getByRole('list', { name: 'Fingerprint', exact: true }).getByRole('listitem').allInnerTexts(),
    ).toEqual(words);
    const opening = open.context.waitForEvent('page');
    await hand.press(page.getByRole('button', { name: 'Sign the approval…' }));
    const popup = await opening;
    await typeAskedWord(popup);
    await popup.getByLabel('Signing code').fill(sandbox.local.signingCode);
    await popup.getByRole('button', { name: 'Sign' }).press('Enter');
    await page.getByText(/Signed, and on disk in block/).waitFor();
    await hand.press(page.getByRole('link', { name: 'Open the proposal' }));
    await page.getByText(/This happened in block/).waitFor();
    await page.getByRole('row', { name: /Operations 1 approved/ }).waitFor();
    expect((await sandbox.client.chain.validators()).validators.map(({ validator_id }) => validator_id)).toContain(
      validator,
    );
  });
});

describe.each([
  ['the mouse', mouseHand],
  ['the keyboard alone', keyboardHand],
] as const)('with %s', (_, makeHand: MakeHand) => {
  it('a comment is written, reviewed, signed, and stands among what was said and done', async () => {
    let id = '';
    const page = await openApprovals({
      address: '#/overview',
      prepare: async () => {
        id = await addValidator();
        await elsewhere.act(THIRD, 'comment', { proposal_id: id, text: 'Whose machine is it?' });
      },
    });
    const hand = makeHand(page);
    await page.getByText('Blocks as they arrive').waitFor();
    await hand.goTo('Approvals');
    await hand.press(page.getByRole('link', { name: adding() }));
    const conversation = page.getByRole('list', { name: 'Conversation' });
    const turns = (): Promise<string[]> => conversation.getByRole('listitem').allInnerTexts();
    await conversation.getByText('Whose machine is it?').waitFor();
    expect(await page.getByRole('button', { name: 'Review the comment…' }).isDisabled()).toBe(true);
    await hand.fill(page.getByLabel('Comment', { exact: true }), 'Ours: rack 4.\nI have seen it.');
    await hand.press(page.getByRole('button', { name: 'Review the comment…' }));
    const review = page.getByRole('region', { name: 'Review and sign' });
    await review.getByText(/It neither approves nor rejects\. It says: “Ours: rack 4\./).waitFor();
    // What is written stays until it is signed.
    await hand.press(page.getByRole('button', { name: 'Back' }));
    await hand.press(page.getByRole('button', { name: 'Review the comment…' }));
    const opening = open.context.waitForEvent('page');
    await hand.press(page.getByRole('button', { name: 'Sign…' }));
    const popup = await opening;
    await popup.getByText('Ours: rack 4.').first().waitFor();
    await typeAskedWord(popup);
    await popup.getByLabel('Signing code').fill(sandbox.local.signingCode);
    await popup.getByRole('button', { name: 'Sign' }).press('Enter');
    await page.getByText(/Signed, and on disk in block/).waitFor();
    await hand.press(page.getByRole('link', { name: 'Open the proposal' }));
    await conversation.getByText('I have seen it.').waitFor();
    expect(await page.getByLabel('Comment', { exact: true }).inputValue()).toBe('');
    await page.getByText('If you approve, this happens at once:').waitFor();
    await elsewhere.approve(THIRD, await elsewhere.openProposal());
    await conversation.getByText('Executed.').waitFor();
    expect((await turns()).map((turn) => turn.split('\n')[0]?.replace(/ *\d\d:\d\d.*$/, ''))).toEqual([
      expect.stringMatching(/^Operations 2 proposed this, and approves it/),
      expect.stringMatching(/^Security lead commented/),
      expect.stringMatching(/^Operations 1 commented/),
      expect.stringMatching(/^Security lead approved/),
      expect.stringMatching(/^Executed\./),
    ]);
    // It stays so, and can be spoken of.
    await conversation.getByText('Executed.').scrollIntoViewIfNeeded();
    expect(await lookAt(page, 'conversation')).toEqual([]);
    await page.getByRole('button', { name: 'Review the comment…' }).waitFor();
  });
});

describe('deciding', () => {
  it('rejects with a reason, which everyone can read, and ends what can no longer be approved', async () => {
    const page = await openApprovals({ prepare: () => addValidator() });
    await page.getByRole('link', { name: adding() }).click();
    await page.getByRole('link', { name: 'Reject…' }).click();
    const review = page.getByRole('button', { name: 'Review the rejection…' });
    expect(await review.isDisabled()).toBe(true);
    await page.getByLabel('Reason').fill('Nobody knows this key.');
    await review.click();
    await page.getByText('If you sign, you reject this:').waitFor();
    await confirm(page, 'Sign the rejection…');
    await page.getByRole('link', { name: 'Open the proposal' }).click();
    await page.getByText('“Nobody knows this key.”').waitFor();
    await page.getByText('You have rejected this.').waitFor();
    await elsewhere.reject(THIRD, await elsewhere.openProposal(), 'Nor do I.');
    await page.getByText('This was rejected, and did not happen:').waitFor();
  });

  it('changes nothing when the person does not confirm', async () => {
    const page = await openApprovals({ prepare: () => addValidator() });
    await page.getByRole('link', { name: adding() }).click();
    await page.getByRole('link', { name: 'Review and sign…' }).click();
    const { height } = await sandbox.status();
    await refuseReview(open, 'Sign the approval…');
    await page.getByText('You did not confirm. Nothing was signed, and nothing has changed.').waitFor();
    expect((await sandbox.status()).height).toBe(height);
  });

  it('withdraws what one has proposed', async () => {
    const page = await openApprovals({ prepare: () => setWindow(ME, 300_000) });
    const mine = page.getByRole('list', { name: 'Waits for others' });
    await mine.getByRole('link', { name: /to 5 minutes/ }).click();
    await page.getByText('Once 1 more has approved, this happens:').waitFor();
    await page.getByRole('link', { name: 'Withdraw…' }).click();
    await page.getByText('If you sign, this is withdrawn, and nobody can approve it from then on:').waitFor();
    await confirm(page, 'Sign the withdrawal…');
    await page.getByRole('link', { name: 'Open the proposal' }).click();
    await page.getByText('This was withdrawn, and did not happen:').waitFor();
  });

  it('says what has moved on under a proposal, and offers to propose it anew', async () => {
    let id = '';
    const page = await openApprovals({
      prepare: async () => {
        id = await setWindow(SECOND, 300_000);
        await elsewhere.approve(SECOND, await setWindow(THIRD, 120_000));
      },
    });
    await open.goTo(`#/approvals/${id}`);
    await page.getByText('What it was made for has changed since:').waitFor();
    await page.getByText(/parameters\/transaction_\w+ has another value now/).waitFor();
    expect(await page.getByRole('link', { name: 'Review and sign…' }).count()).toBe(0);
    await page.getByRole('link', { name: 'Propose it again…' }).click();
    await page.getByText('If you sign, this is proposed. Once it has enough approvals, this happens:').waitFor();
    await page.getByRole('row', { name: /transaction_window_ms − 120000 \+ 300000/ }).waitFor();
    await confirm(page, 'Sign the proposal…');
    await page.getByRole('link', { name: 'Open the proposal' }).click();
    await page.getByText('Once 1 more has approved, this happens:').waitFor();
  });

  it('counts for what it is when more than one approval is missing', async () => {
    let id = '';
    const page = await openApprovals({
      prepare: async () => {
        const policy = { mode: 'multisig', role: 'administrator', threshold: { count: 3 } };
        await elsewhere.enact('set_policy', { action: 'set_parameter', env_id: null, policy });
        id = await setWindow(SECOND, 300_000);
      },
    });
    await open.goTo(`#/approvals/${id}`);
    await page.getByText('If you approve, this happens once 1 more has approved:').waitFor();
    await page.getByRole('link', { name: 'Review and sign…' }).click();
    await page.getByText('If you sign, the approval is recorded, and nothing else happens yet.').waitFor();
  });

  it('shows what must be met after the change too, where the change moves who has a say', async () => {
    let id = '';
    const page = await openApprovals({
      prepare: async () => {
        const policy = { mode: 'multisig', role: 'administrator', threshold: { count: 3 } };
        id = await elsewhere.propose(SECOND, 'set_policy', { action: 'set_policy', env_id: null, policy });
      },
    });
    await open.goTo(`#/approvals/${id}`);
    await page.getByText('Counted after the change, this must also be met:').waitFor();
    await page.getByText('1 of 3 approvals by administrators').waitFor();
    await page.getByText('If you approve, this happens once 1 more has approved:').waitFor();
  });
});

describe('without a network', () => {
  it('exports a file and codes that hold exactly the proposal', async () => {
    const page = await openApprovals({ prepare: () => addValidator() });
    await page.getByRole('link', { name: adding() }).click();
    await page.getByRole('link', { name: 'Export to sign offline…' }).click();
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Save the file' }).click();
    const text = await readFile(await (await download).path(), 'utf8');
    const file = decodeProposalFile(text);
    expect(file).toMatchObject({ action: 'add_validator', payload: { validator_id: validator } });
    const shown = await page.getByRole('list', { name: 'Fingerprint' }).getByRole('listitem').allInnerTexts();
    expect(shown).toEqual(fingerprintWords(file.proposal_id));

    await page.getByRole('button', { name: 'Stop' }).click();
    const collector = new FrameCollector();
    const code = page.getByRole('img', { name: /^The proposal as a QR code/ });
    for (;;) {
      const progress = collector.add(await readDrawnCode(code));
      if (progress.outcome === 'complete') {
        expect(decodeUtf8(isCompressed(progress.bytes) ? inflateSync(progress.bytes) : progress.bytes)).toBe(text);
        break;
      }
      await page.getByRole('button', { name: 'Next part' }).click();
    }
  });

  /** The approvals of the third administrator, who has no network here. */
  async function openImport(): Promise<{ page: Page; id: Hash }> {
    const id = await addValidator();
    const page = await openApprovals();
    await page.getByRole('link', { name: 'Import an approval…' }).first().click();
    return { page, id };
  }

  async function carryIn(page: Page): Promise<void> {
    await page.getByText('Approved by Security lead.').waitFor();
    await page.getByRole('button', { name: 'Review and import…' }).click();
    await page.getByText('If you sign, this happens at once:').waitFor();
    await confirm(page, 'Sign…');
    await page.getByRole('link', { name: 'Open the proposal' }).click();
    await page.getByText('signed elsewhere, imported by Operations 1').waitFor();
    await page.getByText(/This happened in block/).waitFor();
  }

  it('brings in an approval that is pasted as a line', async () => {
    const { page, id } = await openImport();
    const approval = elsewhere.approval(THIRD, id, 'tried: “it runs” \u202E');
    await page.getByLabel('The approval as text').fill(encodeApprovalLine(approval));
    await page.getByRole('button', { name: 'Read the text' }).click();
    await page.getByText(String.raw`Reason: “tried: “it runs” \u{202e}”`).waitFor();
    await carryIn(page);
    await page.getByRole('list', { name: 'Conversation' }).getByText('tried: “it runs”').waitFor();
  });

  it('brings in an approval from a file', async () => {
    const { page, id } = await openImport();
    const buffer = Buffer.from(encodeApproval(elsewhere.approval(THIRD, id)));
    await page
      .getByLabel('A file of the approval, or a picture of its code')
      .setInputFiles({ name: 'approval.json', mimeType: 'application/json', buffer });
    await carryIn(page);
  });

  it('brings in an approval from pictures of its code, in any order', async () => {
    const { page, id } = await openImport();
    const frames = splitIntoFrames(encodeUtf8(encodeApproval(elsewhere.approval(THIRD, id))));
    expect(frames.length).toBeGreaterThan(1);
    const pictures = frames.toReversed().map((frame, index) => ({
      name: `part-${index}.gif`,
      mimeType: 'image/gif',
      buffer: Buffer.from(encodeQR(frame, 'gif', { scale: 5, border: 4 })),
    }));
    const input = page.getByLabel('A file of the approval, or a picture of its code');
    await input.setInputFiles(pictures.slice(0, 1));
    await page.getByText(`1 of ${frames.length} parts read`).waitFor();
    await input.setInputFiles(pictures.slice(1));
    await carryIn(page);
  });

  it('brings in an approval that the camera sees, part after part', async () => {
    const { page, id } = await openImport();
    const frames = splitIntoFrames(encodeUtf8(encodeApproval(elsewhere.approval(THIRD, id))));
    // Chromium of a machine without a camera: the page gets a stream of its own making instead.
    await page.evaluate(
      (codes) => {
        const canvas = document.createElement('canvas');
        const context = canvas.getContext('2d');
        let turn = 0;
        const draw = (): void => {
          const code = codes[turn++ % codes.length] ?? [];
          canvas.width = canvas.height = code.length * 6;
          for (const [y, row] of code.entries())
            for (const [x, dark] of row.entries()) {
              if (context === null) return;
              context.fillStyle = dark ? '#000' : '#fff';
              context.fillRect(x * 6, y * 6, 6, 6);
            }
        };
        draw();
        setInterval(draw, 400);
        navigator.mediaDevices.getUserMedia = () => Promise.resolve(canvas.captureStream(10));
      },
      frames.map((frame) => encodeQR(frame, 'raw', { border: 4 })),
    );
    await page.getByRole('button', { name: 'Use the camera' }).click();
    await carryIn(page);
  });

  it('says so where there is no camera, or where it is not allowed', async () => {
    const { page } = await openImport();
    await page.getByRole('button', { name: 'Use the camera' }).click();
    await page.getByText(/No camera was found|The camera was not allowed/).waitFor();
  });

  it('refuses what is damaged, of another chain, or for another proposal, and says so', async () => {
    const { page, id } = await openImport();
    const good = elsewhere.approval(THIRD, id);
    const paste = async (text: string): Promise<void> => {
      await page.getByLabel('The approval as text').fill(text);
      await page.getByRole('button', { name: 'Read the text' }).click();
    };
    await paste(encodeApprovalLine({ ...good, public_key: elsewhere.approval(ME, id).public_key }));
    await page.getByText('is not signed by the key that it names').waitFor();
    await paste('hello');
    await page.getByText(/The approval is not canonical JSON/).waitFor();
    const other = await setWindow(SECOND, 300_000);
    await paste(encodeApprovalLine(good));
    await page.getByText('Approved by Security lead.').waitFor();
    await paste(encodeApprovalLine(elsewhere.approval(THIRD, other)));
    await page.getByText('This approval is for another proposal.').waitFor();
    await page.getByLabel('A file of the approval, or a picture of its code').setInputFiles({
      name: 'blank.gif',
      mimeType: 'image/gif',
      buffer: Buffer.from(encodeQR('not ours', 'gif', { scale: 5 })),
    });
    await page.getByText(/The approval is not canonical JSON/).waitFor();
  });
});

describe('the emergency brake', () => {
  it('is pulled with a reason, shows across the console, and is let go by proposal', async () => {
    const page = await openApprovals({ address: '#/approvals?do=propose' });
    await page.getByRole('link', { name: /^Freeze the chain…/ }).click();
    const review = page.getByRole('button', { name: 'Review the freeze…' });
    expect(await review.isDisabled()).toBe(true);
    await page.getByLabel('Reason').fill('A key was seen in public');
    await review.click();
    await confirm(page, 'Sign the freeze…');
    const band = page.getByRole('region', { name: 'The chain is frozen' });
    await band.getByText('A key was seen in public.').waitFor();
    await band.getByText('Operations 1').waitFor();
    await open.goTo('#/environments');
    await band.getByText('No environment can change.').waitFor();
    const accent = (): Promise<string> =>
      page.evaluate(() => getComputedStyle(document.querySelector('.shell') as Element).getPropertyValue('--accent'));
    const frozenAccent = await accent();
    await open.goTo(`#/environments/${AHEAD}`);
    const promote = page.getByRole('link', { name: /^Promote v\d+…$/ });
    expect(await promote.getAttribute('class')).toBe('button');
    expect(await lookAt(page, 'frozen')).toEqual([]);
    await band.getByRole('link', { name: 'Propose to unfreeze…' }).click();
    await page.getByText('If you sign, this is proposed.').waitFor();
    await confirm(page, 'Sign the proposal…');
    await band.getByRole('link', { name: 'Unfreezing is proposed' }).click();
    await page.getByText('Once 1 more has approved, this happens:').waitFor();
    await elsewhere.approve(SECOND, await elsewhere.openProposal());
    await band.waitFor({ state: 'detached' });
    await page.getByText(/This happened in block/).waitFor();
    expect(await accent()).not.toBe(frozenAccent);
    await open.goTo(`#/environments/${AHEAD}`);
    expect(await promote.getAttribute('class')).toBe('button primary');
  });
});

describe('a protected environment', () => {
  /** Both have a Blue that is ahead of their Green. */
  const [envId, other] = [AHEAD, 'lunar-lander-x-01'];

  function protect(env_id: string): Promise<void> {
    const policy = { mode: 'multisig', role: 'validator', threshold: { count: 2 } };
    return elsewhere.enact('set_policy', { action: 'promote_environment', env_id, policy });
  }

  it('says so in the lane, and is promoted by proposal', async () => {
    const page = await openApprovals({ address: '#/environments', prepare: () => protect(envId) });
    await page.getByRole('searchbox', { name: 'Filter the environments' }).fill(envId);
    await page
      .getByRole('region', { name: 'Green environments' })
      .getByRole('link', { name: new RegExp(`^${envId} protected`) })
      .click();
    await page.getByRole('link', { name: /^Propose v\d+…$/ }).click();
    await page.getByText('It needs 2 approvals by validators and administrators').waitFor();
    await page.getByRole('button', { name: 'Review the proposal…' }).click();
    await page.getByText('If you sign, this is proposed. Once it has enough approvals, this happens:').waitFor();
    await confirm(page, 'Sign the proposal…');
    await page.getByRole('link', { name: 'Open the proposal' }).click();
    await page.getByText('Once 1 more has approved, this happens:').waitFor();
    await open.goTo(`#/environments/${envId}?do=promote`);
    await page.getByText('Proposed already by Operations 1: 1 of 2 approved.').waitFor();

    await elsewhere.act(THIRD, 'freeze', { reason: 'A key was seen in public' });
    await page.getByText('Not now: the chain is frozen. Nothing can be promoted until that has changed.').waitFor();
    await page.getByRole('link', { name: 'Open that proposal' }).click();
    await page.getByText('In the current state, this cannot be executed:').waitFor();
    await page.getByText(/CHAIN_FROZEN/).waitFor();
  });

  it('is offered as a proposal where the page did not know that it is protected', async () => {
    await protect(other);
    // As if the policy had been set a moment after the page asked: a page that hears of it asks again.
    sandbox.answer({ authority: async (real) => ({ ...(await real()), requirements: [] }) });
    const page = await openApprovals({ address: `#/environments/${other}?do=promote` });
    await page.getByRole('button', { name: 'Review…' }).click();
    await page.getByText('Nobody can do this alone.').waitFor();
    await page.getByRole('button', { name: 'Propose it instead…' }).click();
    await page.getByText('If you sign, this is proposed.').waitFor();
  });
});

describe('a parameter', () => {
  it('is proposed within its bounds', async () => {
    const page = await openApprovals({ address: '#/approvals?do=parameter' });
    await page.getByText('Now: 10 min').waitFor();
    await page.getByLabel('New value').fill('48');
    await page.getByLabel('Unit').selectOption('hours');
    await page.getByText('From 1 s to 24 h.').waitFor();
    expect(await page.getByRole('button', { name: 'Review…' }).isDisabled()).toBe(true);
    await page.getByLabel('New value').fill('5');
    await page.getByLabel('Unit').selectOption('minutes');
    await page.getByRole('button', { name: 'Review…' }).click();
    await page.getByRole('row', { name: /transaction_window_ms − 600000 \+ 300000/ }).waitFor();
    await confirm(page, 'Sign the proposal…');
    await page.getByText(/Signed, and on disk in block/).waitFor();
    // The next one, where the address is that of the task already.
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: /^Find a block/ }).fill('propose a parameter');
    await page.getByRole('option', { name: 'Propose a parameter…' }).first().waitFor();
    await page.keyboard.press('Enter');
    await page.getByLabel('New value').fill('7');
    // What is being filled in is not thrown away: the first field of the form has the focus.
    await page.evaluate(() => {
      const link = document.createElement('a');
      link.href = location.hash;
      document.body.append(link);
      link.click();
    });
    await page.locator('main .task-form :focus').waitFor();
    expect(await page.getByLabel('New value').inputValue()).toBe('7');
  });
});

it.each(sampledLooks([1280, 700], 'the look of approvals'))(
  'axe finds nothing, %s, %i px wide',
  async (theme, width) => {
    let id = '';
    const page = await openApprovals({
      theme,
      width,
      prepare: async () => {
        id = await addValidator();
        await elsewhere.act(THIRD, 'comment', { proposal_id: id, text: 'Whose machine is it?' });
        await setWindow(ME, 300_000);
        await elsewhere.approve(THIRD, await setWindow(SECOND, 120_000));
        await elsewhere.act(THIRD, 'freeze', { reason: 'A key was seen in public' });
      },
    });
    const found: string[] = [];
    for (const [address, ready] of [
      ['#/approvals', 'Waits for you'],
      [`#/approvals/${id}`, 'If you approve'],
      [`#/approvals/${id}?do=approve`, 'Sign the approval…'],
      [`#/approvals/${id}?do=comment`, 'Review the comment…'],
      [`#/approvals/${id}?do=reject`, 'Review the rejection…'],
      [`#/approvals/${id}?do=export`, 'Save the file'],
      [`#/approvals/${id}?do=import`, 'Read the text'],
      ['#/approvals?do=propose', 'Unfreeze the chain…'],
      ['#/approvals?do=freeze', 'Review the freeze…'],
      ['#/approvals?do=parameter', 'New value'],
      ['#/overview', 'Waiting for approval'],
    ] as const) {
      await open.goTo(address);
      await page.getByText(ready).first().waitFor();
      const { violations } = await new AxeBuilder({ page }).analyze();
      found.push(
        ...violations.flatMap(({ id: rule, nodes }) =>
          nodes.map((each) => `${address}: ${rule} at ${each.target.join(' ')}: ${each.failureSummary ?? ''}`),
        ),
      );
    }
    expect(found).toEqual([]);
  },
);
