import { inflateSync } from 'node:zlib';
import { readFile } from 'node:fs/promises';

import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright';
import encodeQR from 'qr';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { decodeUtf8, encodeUtf8, type Hash } from '../../src/base/bytes.ts';
import { fingerprintWords } from '../../src/base/fingerprint.ts';
import { encodeApproval, encodeApprovalLine } from '../../src/ledger/documents/approval.ts';
import { decodeProposalFile } from '../../src/ledger/documents/proposal-file.ts';
import { FrameCollector, isCompressed, splitIntoFrames } from '../../src/ledger/documents/qr-frames.ts';
import { openBench, openConsole, sampledLooks, type ConsoleBench, type OpenConsole } from '../renderer/console-page.ts';
import { readDrawnCode } from '../renderer/drawn-code.ts';
import { actAs, approvalOf, proposeAs, validatorToAdd } from '../renderer/fake-decisions.ts';
import type { FakeNode } from '../renderer/fake-node.ts';
import { keyboardHand, mouseHand, type MakeHand } from './hands.ts';

/** Places in `MEMBERS`: the first acts in the page. */
const [ME, SECOND, THIRD] = [0, 1, 2];

let bench: ConsoleBench;
let open: OpenConsole;

beforeAll(async () => {
  bench = await openBench();
});
afterAll(() => bench.close());
afterEach(() => open.close());

interface Prepared {
  readonly address?: string;
  readonly theme?: 'light' | 'dark';
  readonly width?: number;
  readonly prepare?: (node: FakeNode) => void;
}

/** A console on a chain whose clock is the browser's. */
async function openApprovals({ address = '#/approvals', prepare, ...rest }: Prepared = {}): Promise<Page> {
  open = await openConsole(bench, {
    now: Date.now(),
    address,
    ...rest,
    prepare: ({ node }) => prepare?.(node),
  });
  return open.page;
}

function addValidator(node: FakeNode, person = SECOND, id = 'authority-5'): Hash {
  return proposeAs(node, person, { action: 'add_validator', payload: validatorToAdd(node, id, 50) });
}

function setWindow(node: FakeNode, person: number, value: number): Hash {
  return proposeAs(node, person, { action: 'set_parameter', payload: { name: 'transaction_window_ms', value } });
}

async function goTo(page: Page, address: string): Promise<void> {
  await page.goto(open.host.url + address);
}

/** Signs in the confirming window what the page has asked for. */
async function confirm(page: Page, button: string | RegExp, answer: 'Sign' | 'Refuse' = 'Sign'): Promise<void> {
  const popup = open.context.waitForEvent('page');
  await page.getByRole('button', { name: button }).click();
  const window = await popup;
  await window.getByRole('link', { name: answer }).click();
  await window.getByRole('heading', { name: answer === 'Sign' ? 'confirmed' : 'refused' }).waitFor();
  await window.close();
}

describe('what waits', () => {
  it('stands in groups, in the badge, in the tab and on the Overview', async () => {
    const page = await openApprovals({
      prepare: (node) => {
        addValidator(node);
        const done = setWindow(node, SECOND, 120_000);
        actAs(node, THIRD, 'approve', { proposal_id: done });
        // After it: what was made for the window of before would be stale.
        setWindow(node, ME, 300_000);
      },
    });
    await page.getByText('1 waits for you · 1 waits for others').waitFor();
    const mine = page.getByRole('list', { name: 'Waits for you' }).getByRole('link');
    expect(await mine.allInnerTexts()).toEqual([
      expect.stringMatching(/^Add validator authority-5\s+1 of 2 · yours is missing\s+6 days left$/),
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
    await goTo(page, '#/overview');
    const needs = page.getByRole('region', { name: 'Waiting for approval' });
    await needs.getByText('Approve', { exact: true }).waitFor();
    await needs.getByText('Watch', { exact: true }).waitFor();
    await needs.getByRole('link', { name: 'Add validator authority-5' }).click();
    await page.getByText('If you approve, this happens at once:').waitFor();
  });

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

  it('calls the person when something begins to wait for them, once', async () => {
    const page = await openApprovals({ address: '#/overview' });
    await page.getByText('No proposal is open.').waitFor();
    addValidator(open.host.node);
    const calls = page.getByRole('status', { name: 'Waits for you' });
    await calls.getByText('Add validator authority-5 waits for your approval.').waitFor();
    expect(await page.title()).toBe('(1) Overview · Quantum-Lock');
    await calls.getByRole('link', { name: 'Open' }).click();
    await page.getByText('If you approve, this happens at once:').waitFor();
    await calls.getByText('waits for your approval').waitFor({ state: 'detached' });
  });

  it('is for the identity that acts: another one has approved already', async () => {
    const page = await openApprovals({ prepare: (node) => addValidator(node) });
    await page.getByText('1 waits for you').first().waitFor();
    await goTo(page, '#/keys/operations-2');
    await page.getByRole('button', { name: 'Act as Operations 2' }).click();
    await page.getByRole('link', { name: 'Approvals', exact: true }).click();
    await page.getByText('0 wait for you · 1 waits for others').waitFor();
    await page.getByRole('link', { name: /^Add validator authority-5/ }).click();
    await page.getByText('You have approved this. It waits for other members.').waitFor();
    await page.getByRole('link', { name: 'Withdraw…' }).waitFor();
  });

  it('is found in the palette by its title and by its id', async () => {
    let id = '';
    const page = await openApprovals({
      address: '#/overview',
      prepare: (node) => {
        id = addValidator(node);
        setWindow(node, ME, 300_000);
      },
    });
    await page.getByText('Waiting for approval').waitFor();
    for (const [text, option] of [
      ['window 5', /^proposal Set the transaction window to 5 minutes/],
      [id.slice(0, 12), /^proposal Add validator authority-5/],
      ['freeze', 'Freeze the chain…'],
      ['approve auth', /^waits Approve: Add validator authority-5…/],
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
    const page = await openApprovals({ address: '#/overview', prepare: (node) => addValidator(node) });
    const hand = makeHand(page);
    await page.getByText('Blocks as they arrive').waitFor();
    await hand.goTo('Approvals');
    await hand.press(page.getByRole('link', { name: /^Add validator authority-5/ }));
    await page.getByText('If you approve, this happens at once:').waitFor();
    await page.getByRole('region', { name: 'Approvals' }).getByText('1 of 2 approvals by administrators').waitFor();
    await page.getByRole('row', { name: /authority-5 status \+ active/ }).waitFor();
    const words = await page.getByRole('list', { name: 'Fingerprint' }).getByRole('listitem').allInnerTexts();
    await hand.press(page.getByRole('link', { name: 'Review and sign…' }));
    await page.getByText('If you sign, this happens at once:').waitFor();
    const review = page.getByRole('region', { name: 'Review and sign' });
    expect(
      await review.getByRole('list', { name: 'Fingerprint', exact: true }).getByRole('listitem').allInnerTexts(),
    ).toEqual(words);
    const popup = open.context.waitForEvent('page');
    await hand.press(page.getByRole('button', { name: 'Sign the approval…' }));
    await (await popup).getByRole('link', { name: 'Sign' }).press('Enter');
    await page.getByText(/Signed, and on disk in block/).waitFor();
    await hand.press(page.getByRole('link', { name: 'Open the proposal' }));
    await page.getByText(/This happened in block/).waitFor();
    await page.getByRole('row', { name: /Operations 1 approved/ }).waitFor();
    expect(open.host.node.governance.validators().map(({ validator_id }) => validator_id)).toContain('authority-5');
  });
});

describe('deciding', () => {
  it('rejects with a reason, which everyone can read, and ends what can no longer be approved', async () => {
    const page = await openApprovals({ prepare: (node) => addValidator(node) });
    await page.getByRole('link', { name: /^Add validator authority-5/ }).click();
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
    const { node } = open.host;
    const [id = ''] = node.ledger.list('proposals').keys();
    actAs(node, THIRD, 'reject', { proposal_id: id, reason: 'Nor do I.' });
    await page.getByText('This was rejected, and did not happen:').waitFor();
  });

  it('changes nothing when the person does not confirm', async () => {
    const page = await openApprovals({ prepare: (node) => addValidator(node) });
    await page.getByRole('link', { name: /^Add validator authority-5/ }).click();
    await page.getByRole('link', { name: 'Review and sign…' }).click();
    const { height } = open.host.node.log;
    await confirm(page, 'Sign the approval…', 'Refuse');
    await page.getByText('You did not confirm. Nothing was signed, and nothing has changed.').waitFor();
    expect(open.host.node.log.height).toBe(height);
  });

  it('withdraws what one has proposed', async () => {
    const page = await openApprovals({ prepare: (node) => setWindow(node, ME, 300_000) });
    await page.getByRole('link', { name: /to 5 minutes/ }).click();
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
      prepare: (node) => {
        id = setWindow(node, SECOND, 300_000);
        const other = setWindow(node, THIRD, 120_000);
        actAs(node, SECOND, 'approve', { proposal_id: other });
      },
    });
    await goTo(page, `#/approvals/${id}`);
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
      prepare: (node) => {
        const policy = { mode: 'multisig', role: 'administrator', threshold: { count: 3 } };
        const stricter = proposeAs(node, SECOND, {
          action: 'set_policy',
          payload: { action: 'set_parameter', env_id: null, policy },
        });
        actAs(node, THIRD, 'approve', { proposal_id: stricter });
        actAs(node, ME, 'approve', { proposal_id: stricter });
        id = setWindow(node, SECOND, 300_000);
      },
    });
    await goTo(page, `#/approvals/${id}`);
    await page.getByText('If you approve, this happens once 1 more has approved:').waitFor();
    await page.getByRole('link', { name: 'Review and sign…' }).click();
    await page.getByText('If you sign, the approval is recorded, and nothing else happens yet.').waitFor();
  });

  it('shows what must be met after the change too, where the change moves who has a say', async () => {
    const page = await openApprovals({ prepare: (node) => addValidator(node) });
    const { node } = open.host;
    const [id = ''] = node.ledger.list('proposals').keys();
    const { view } = node.proposals;
    node.proposals.view = (record) => ({
      ...view.call(node.proposals, record),
      requirements_after: [{ role: 'administrator', needed: 3, holders: 4, approvals: 1, rejections: 0 }],
    });
    await goTo(page, `#/approvals/${id}`);
    await page.getByText('Counted after the change, this must also be met:').waitFor();
    await page.getByText('1 of 3 approvals by administrators').waitFor();
    await page.getByText('If you approve, this happens once 1 more has approved:').waitFor();
  });
});

describe('without a network', () => {
  it('exports a file and codes that hold exactly the proposal', async () => {
    const page = await openApprovals({ prepare: (node) => addValidator(node) });
    await page.getByRole('link', { name: /^Add validator authority-5/ }).click();
    await page.getByRole('link', { name: 'Export to sign offline…' }).click();
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Save the file' }).click();
    const text = await readFile(await (await download).path(), 'utf8');
    const file = decodeProposalFile(text);
    expect(file).toMatchObject({ action: 'add_validator', payload: { validator_id: 'authority-5' } });
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
    let id: Hash | undefined;
    const page = await openApprovals({
      prepare: (node) => {
        id = addValidator(node);
      },
    });
    if (id === undefined) throw new Error('nothing was proposed');
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
    await page.getByLabel('The approval as text').fill(encodeApprovalLine(approvalOf(open.host.node, THIRD, id)));
    await page.getByRole('button', { name: 'Read the text' }).click();
    await carryIn(page);
  });

  it('brings in an approval from a file', async () => {
    const { page, id } = await openImport();
    const buffer = Buffer.from(encodeApproval(approvalOf(open.host.node, THIRD, id)));
    await page
      .getByLabel('A file of the approval, or a picture of its code')
      .setInputFiles({ name: 'approval.json', mimeType: 'application/json', buffer });
    await carryIn(page);
  });

  it('brings in an approval from pictures of its code, in any order', async () => {
    const { page, id } = await openImport();
    const frames = splitIntoFrames(encodeUtf8(encodeApproval(approvalOf(open.host.node, THIRD, id))));
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
    const frames = splitIntoFrames(encodeUtf8(encodeApproval(approvalOf(open.host.node, THIRD, id))));
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
    const { node } = open.host;
    const good = approvalOf(node, THIRD, id);
    const paste = async (text: string): Promise<void> => {
      await page.getByLabel('The approval as text').fill(text);
      await page.getByRole('button', { name: 'Read the text' }).click();
    };
    await paste(encodeApprovalLine({ ...good, public_key: approvalOf(node, ME, id).public_key }));
    await page.getByText('is not signed by the key that it names').waitFor();
    await paste('hello');
    await page.getByText(/The approval is not canonical JSON/).waitFor();
    const other = setWindow(node, SECOND, 300_000);
    await paste(encodeApprovalLine(good));
    await page.getByText('Approved by Security lead.').waitFor();
    await paste(encodeApprovalLine(approvalOf(node, THIRD, other)));
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
    await goTo(page, '#/environments');
    await band.getByText('No environment can change.').waitFor();
    await band.getByRole('link', { name: 'Propose to unfreeze…' }).click();
    await page.getByText('If you sign, this is proposed.').waitFor();
    await confirm(page, 'Sign the proposal…');
    await band.getByRole('link', { name: 'Unfreezing is proposed' }).click();
    await page.getByText('Once 1 more has approved, this happens:').waitFor();
    const { node } = open.host;
    const [id = ''] = node.ledger.list('proposals').keys();
    actAs(node, SECOND, 'approve', { proposal_id: id });
    await band.waitFor({ state: 'detached' });
    await page.getByText(/This happened in block/).waitFor();
  });
});

describe('a protected environment', () => {
  /** Protects an environment whose Blue is ahead of its Green, and gives its id. */
  function protect(node: FakeNode): string {
    const [found] = [...node.environments.values()].filter(
      ({ blue, green }) => green !== null && blue.version > green.version,
    );
    if (found === undefined) throw new Error('no environment is ahead');
    const policy = { mode: 'multisig', role: 'validator', threshold: { count: 2 } };
    const id = proposeAs(node, SECOND, {
      action: 'set_policy',
      payload: { action: 'promote_environment', env_id: found.env_id, policy },
    });
    actAs(node, THIRD, 'approve', { proposal_id: id });
    return found.env_id;
  }

  it('says so in the lane, and is promoted by proposal', async () => {
    let envId = '';
    const page = await openApprovals({
      address: '#/environments',
      prepare: (node) => {
        envId = protect(node);
      },
    });
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
    await goTo(page, `#/environments/${envId}?do=promote`);
    await page.getByText('Proposed already by Operations 1: 1 of 2 approved.').waitFor();

    const { node } = open.host;
    actAs(node, THIRD, 'freeze', { reason: 'A key was seen in public' });
    await page.getByText('Not now: the chain is frozen. Nothing can be promoted until that has changed.').waitFor();
    await page.getByRole('link', { name: 'Open that proposal' }).click();
    await page.getByText('In the current state, this cannot be executed:').waitFor();
    await page.getByText(/CHAIN_FROZEN/).waitFor();
  });

  it('is offered as a proposal where the page did not know that it is protected', async () => {
    let envId = '';
    const page = await openApprovals({
      prepare: (node) => {
        envId = protect(node);
        const { governance } = node;
        const { authority } = governance;
        // As if the policy had been set a moment after the page asked.
        governance.authority = (action, env) => ({
          ...authority.call(governance, action, env),
          requirements: [],
        });
      },
    });
    await goTo(page, `#/environments/${envId}?do=promote`);
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
  });
});

it.each(sampledLooks([1280, 700], 'the look of approvals'))(
  'axe finds nothing, %s, %i px wide',
  async (theme, width) => {
    let id = '';
    const page = await openApprovals({
      theme,
      width,
      prepare: (node) => {
        id = addValidator(node);
        setWindow(node, ME, 300_000);
        const done = setWindow(node, SECOND, 120_000);
        actAs(node, THIRD, 'approve', { proposal_id: done });
        actAs(node, THIRD, 'freeze', { reason: 'A key was seen in public' });
      },
    });
    const found: string[] = [];
    for (const [address, ready] of [
      ['#/approvals', 'Waits for you'],
      [`#/approvals/${id}`, 'If you approve'],
      [`#/approvals/${id}?do=approve`, 'Sign the approval…'],
      [`#/approvals/${id}?do=reject`, 'Review the rejection…'],
      [`#/approvals/${id}?do=export`, 'Save the file'],
      [`#/approvals/${id}?do=import`, 'Read the text'],
      ['#/approvals?do=propose', 'Unfreeze the chain…'],
      ['#/approvals?do=freeze', 'Review the freeze…'],
      ['#/approvals?do=parameter', 'New value'],
      ['#/overview', 'Waiting for approval'],
    ] as const) {
      await goTo(page, address);
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
