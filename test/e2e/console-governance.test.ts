import { readdirSync } from 'node:fs';
import { join } from 'node:path';

import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import type { Hash } from '../../src/base/bytes.ts';
import type { ChainIdentity } from '../../src/ledger/chain-identity.ts';
import { encodeKeyCard } from '../../src/ledger/documents/key-card.ts';
import type { KeySubject } from '../../src/ledger/governance/possession.ts';
import { provenKey, type Elsewhere } from '../sandbox/elsewhere.ts';
import { keyOf, VALIDATOR_KEY_NAME, type Person } from '../sandbox/people.ts';
import { sampled } from '../crash/seeded-random.ts';
import { confirmReview, type Confirming } from './confirm-review.ts';
import { keyboardHand, mouseHand } from './hands.ts';
import { confirmDeed } from './real-console.ts';
import {
  openBench,
  sampledLooks,
  SeededConsole,
  type Bench,
  type LookOptions,
  type OpenPage,
} from './seeded-console.ts';

let bench: Bench;
/** Of all tests but those that leave it another than they found it, which start their own. */
let shared: SeededConsole;
let sandbox: SeededConsole;
let open: OpenPage;
let elsewhere: Elsewhere;

beforeAll(async () => {
  bench = await openBench();
  shared = await SeededConsole.start(bench);
});
afterAll(async () => {
  await shared.close();
  await bench.close();
});
beforeEach(() => turnTo(shared));
afterEach(async () => {
  await open.close();
  await (sandbox === shared ? shared.settle() : sandbox.close());
});

function turnTo(used: SeededConsole): void {
  sandbox = used;
  elsewhere = used.elsewhere;
}

async function openConsole(look: LookOptions = {}): Promise<void> {
  open = await sandbox.open(look);
}

async function turnToOwnConsole(): Promise<void> {
  turnTo(await SeededConsole.start(bench));
}

async function openOwnConsole(look: LookOptions = {}): Promise<void> {
  await turnToOwnConsole();
  await openConsole(look);
}

/** Of another chain, which has the keys of this one. */
const another = (chain: ChainIdentity): ChainIdentity => ({
  ...chain,
  chain_id: 'another-chain',
  genesis: `0x${'77'.repeat(32)}` as Hash,
});
/** Of a key that somebody else holds, on another machine. */
function keyCard(subject: KeySubject, chain: ChainIdentity = elsewhere.chain): string {
  return encodeKeyCard({
    format: 'quantum-lock/key-card/v2',
    ...chain,
    subject,
    ...provenKey(chain, `key of ${subject}`, subject),
  });
}

/** Confirms in the window of its own what the button asks for. */
function confirm(button: string, more: Partial<Confirming> = {}): Promise<void> {
  return confirmReview({ ...open, signingCode: sandbox.local.signingCode, ...more }, button);
}

/** A rotation to a key of this machine, which may seal. */
async function proposeRotation(person: Person): Promise<Hash> {
  const { key_id } = await sandbox.importKey('Spare key');
  await sandbox.client.operator.prepareSealingKey({ key_id });
  const key = elsewhere.withKey('Spare key', 'validator/authority-1');
  return elsewhere.propose(person, 'rotate_validator', { validator_id: 'authority-1', ...key });
}

function step(page: Page, title: string): Promise<void> {
  return page
    .getByRole('list', { name: 'Steps of the rotation' })
    .locator('[aria-current="step"]')
    .filter({ hasText: title })
    .waitFor();
}

describe('rotating the key of the validator', () => {
  const hands = [
    ['with the mouse', mouseHand],
    ['by keyboard alone', keyboardHand],
  ] as const;
  it.each(sampled(hands, 1, 'the hand of a rotation'))(
    'takes it from a new key to the block that the new key sealed, %s',
    async (_how, makeHand) => {
      await openOwnConsole();
      const { page } = open;
      const hand = makeHand(page);
      const cannotGoWrong = page.getByRole('complementary', { name: 'What cannot go wrong' });
      await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
      await hand.goTo('Validators');
      await hand.press(page.getByRole('list', { name: 'Validators' }).getByRole('link', { name: /^authority-1/ }));
      await hand.press(page.getByRole('link', { name: 'Rotate its key…' }));

      await step(page, 'New key');
      await cannotGoWrong.getByText('authority-1 keeps sealing with its present key.').waitFor();
      await hand.press(page.getByRole('button', { name: 'Create the key and continue' }));

      await step(page, 'Prove possession');
      await cannotGoWrong.getByText('A key that nobody holds cannot be proposed:').waitFor();
      await confirm('Sign…', { hand, outcome: 'Proved' });

      await step(page, 'Propose');
      await cannotGoWrong.getByText('This node refuses a change after which it could not seal.').waitFor();
      const newKey = (await sandbox.host.keyring.list()).at(-1)?.public_key ?? '';
      const change = page.getByRole('row', { name: /^authority-1 public_key/ });
      await change.getByTitle(newKey).waitFor();
      expect(await change.getByTitle(newKey).count()).toBe(1);
      await confirm('Sign the proposal…', { hand });

      await step(page, 'Approvals');
      await page.getByText('1 of 2 approvals by administrators').waitFor();
      await page.getByText('Operations 2').first().waitFor();

      // Left, and found again.
      await hand.press(page.getByRole('link', { name: 'Close, and leave it open' }));
      await page.getByText('A rotation of its key is proposed').waitFor();
      await hand.press(page.getByRole('link', { name: 'Rotate its key…' }));
      await step(page, 'Approvals');

      await hand.press(page.getByRole('button', { name: 'Act as Operations 2, whose approval is missing' }));
      await hand.press(page.getByRole('button', { name: 'Approve as Operations 2…' }));
      await confirm('Sign the approval…', { hand });

      await step(page, 'Done');
      const last = (await sandbox.status()).height;
      await page
        .getByText(`authority-1 seals with its new key since block ${(last + 1).toLocaleString('en')}.`)
        .waitFor();
      await page.getByText('No block was sealed after it.').waitFor();
      await elsewhere.act('operations-2', 'archive_environment', { env_id: 'web-forms-34' });
      await page.getByText(`Block ${(last + 1).toLocaleString('en')} carries the seal of`).waitFor();
      await page.getByText('is refused: a block that it seals from now on is valid nowhere.').waitFor();
      await hand.press(page.getByRole('link', { name: 'Remove it…' }));
      await hand.press(page.getByRole('button', { name: 'Remove the key…' }));
      await confirm('Remove the key…', { hand, outcome: 'Removed' });
      await page.waitForURL((url) => url.hash === '#/keys');
      expect((await sandbox.host.keyring.list()).map(({ name }) => name)).not.toContain(VALIDATOR_KEY_NAME);
    },
  );

  it('goes on by itself when the last approval comes from elsewhere', async () => {
    await turnToOwnConsole();
    const proposal = await proposeRotation('operations-2');
    await openConsole({ address: '#/validators/authority-1?do=rotate' });
    const { page } = open;
    await step(page, 'Approvals');
    await page.getByText('1 of 2 approvals by administrators').waitFor();
    await elsewhere.approve('security-lead', proposal);
    await step(page, 'Done');
  });

  it('says that nothing has changed when the proposal is rejected, and proposes it anew', async () => {
    const proposal = await proposeRotation('operations-1');
    await openConsole({ address: '#/validators/authority-1?do=rotate' });
    const { page } = open;
    await step(page, 'Approvals');
    for (const person of ['operations-2', 'security-lead'] as const)
      await elsewhere.reject(person, proposal, 'not this week');
    await page.getByText('authority-1 keeps sealing with its present key.').waitFor();
    await page.getByRole('link', { name: 'Propose it again' }).click();
    await step(page, 'Prove possession');
  });

  it('goes back a step instead of proposing a proof that does not verify', async () => {
    const { public_key, proof } = provenKey(another(elsewhere.chain), 'operations-1', 'validator/authority-1');
    await openConsole({
      address: `#/validators/authority-1?do=rotate&step=propose&new=${public_key}&proof=${proof}`,
    });
    const { page } = open;
    await page.getByText('The proof in this address does not verify.').waitFor();
    expect(await page.getByRole('button', { name: /^Sign/ }).count()).toBe(0);
    await page.keyboard.press('Escape');
    await page.waitForURL((url) => url.hash === '#/validators/authority-1');
  });
});

describe('validators', () => {
  it('adds one by the key card of its operator, and takes no card that proves something else', async () => {
    await openConsole({ address: '#/validators?do=add' });
    const { page } = open;
    await page.getByLabel('Id', { exact: true }).fill('authority-2');
    const card = page.getByLabel('Key card', { exact: true });
    await card.fill('{"format"');
    await page.getByText(/The key card is not (canonical )?JSON/).waitFor();
    await card.fill(keyCard('validator/authority-2', another(elsewhere.chain)));
    await page.getByText('This card is for another chain: another-chain, not sandbox-of-tests.').waitFor();
    await card.fill(keyCard('validator/authority-3'));
    await page.getByText('This card proves the key for validator/authority-3').waitFor();
    await card.fill(
      keyCard('validator/authority-2').replace(
        /"proof":"0x(..)/,
        (_, byte) => `"proof":"0x${byte === '00' ? '01' : '00'}`,
      ),
    );
    await page.getByText(/does not prove that anybody holds its key/).waitFor();
    expect(await page.getByRole('button', { name: 'Propose…' }).isDisabled()).toBe(true);
    await card.fill(keyCard('validator/authority-2'));
    expect(await page.getByRole('list', { name: 'Fingerprint of the key' }).getByRole('listitem').count()).toBe(6);
    await page.getByRole('button', { name: 'Propose…' }).click();
    await confirm('Sign the proposal…');
    await page.getByText('Signed, and on disk').waitFor();
    await elsewhere.approve('operations-2', await elsewhere.openProposal());
    await page
      .getByRole('list', { name: 'Validators' })
      .getByRole('link', { name: /^authority-2/ })
      .waitFor();
  });

  it('takes a key card from a file', async () => {
    await openConsole({ address: '#/validators?do=add' });
    const { page } = open;
    await page.getByLabel('Id', { exact: true }).fill('authority-4');
    await page.getByLabel('or its file').setInputFiles({
      name: 'authority-4.key-card.json',
      mimeType: 'application/json',
      buffer: Buffer.from(keyCard('validator/authority-4')),
    });
    await page.getByText('The key is held').waitFor();
  });

  it('does not let the last one go, and says why', async () => {
    await openConsole({ address: '#/validators/authority-1?do=remove' });
    const { page } = open;
    await page.getByText('It is this node that seals in its name.').waitFor();
    await page.getByRole('button', { name: 'Propose the removal…' }).click();
    await page.getByText('37 LAST_VALIDATOR').waitFor();
    expect(await page.getByRole('button', { name: /^Sign/ }).count()).toBe(0);
  });
});

describe('members', () => {
  it('adds one whose key is of this machine, proved here', async () => {
    await openOwnConsole({ address: '#/members?do=add' });
    const { page } = open;
    await sandbox.importKey('Laptop');
    await page.reload();
    await page.getByText('Enter the id first').waitFor();
    await page.getByLabel('Id', { exact: true }).fill('operations-3');
    await page.getByLabel('Name', { exact: true }).fill('Operations 3');
    await page.getByLabel('Level').selectOption('administrator');
    await page.getByRole('radio', { name: /A key of this machine/ }).check();
    await page.getByLabel('Key', { exact: true }).selectOption({ index: 1 });
    await page.getByRole('button', { name: 'Prove possession…' }).click();
    await confirm('Sign…', { outcome: 'Proved' });
    await page.getByText('Proved to be held').waitFor();
    await page.getByRole('button', { name: 'Propose…' }).click();
    await page
      .getByText(/Operations 3 \(operations-3\) becomes/)
      .first()
      .waitFor();
    await confirm('Sign the proposal…');
    await page.getByText('Signed, and on disk').waitFor();
    await elsewhere.approve('operations-2', await elsewhere.openProposal());
    await page.getByRole('row', { name: /^Operations 3 Administrator everything active 1/ }).waitFor();
  });

  it('moves through the table with the arrows, suspends, and shows it when others have approved', async () => {
    await openOwnConsole();
    const { page } = open;
    const hand = keyboardHand(page);
    await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
    await hand.goTo('Members & access');
    await hand.press(page.getByRole('link', { name: 'trainer-07' }));
    await page.getByRole('heading', { level: 2, name: 'trainer-07' }).waitFor();
    await hand.press(page.getByRole('link', { name: 'Suspend…' }));
    await hand.press(page.getByRole('button', { name: 'Propose…' }));
    await page.getByRole('row', { name: /status − active \+ suspended/ }).waitFor();
    await confirm('Sign the proposal…', { hand });
    await page.getByText('Signed, and on disk').waitFor();
    await elsewhere.approve('security-lead', await elsewhere.openProposal());
    await page.getByRole('row', { name: /^trainer-07 .* suspended/ }).waitFor();
  });

  it('lets a member replace the key that it acts with alone, and asks others for any other', async () => {
    await openOwnConsole({ address: '#/members/people/operations-1' });
    const { page } = open;
    await page.getByRole('link', { name: 'Replace…' }).click();
    await page.getByText('You act with this key, so you need nobody’s approval:').waitFor();
    await page.getByLabel('Key card', { exact: true }).fill(keyCard('member/operations-1'));
    await page.getByRole('button', { name: 'Review…' }).click();
    await page.getByText('If you sign, this happens at once:').waitFor();
    await confirm('Sign…');
    await page.getByText('Signed, and on disk').waitFor();
    const old = await sandbox.client.chain.state({ namespace: 'members', key: `key/${keyOf('operations-1')}` });
    expect(old.value).toMatchObject({ status: 'retired' });
    // What came of it stays, also once the page has read the member again, whose old key is retired now.
    await page.getByText(/1 in use, 1 retired key/).waitFor({ state: 'attached' });
    expect(await page.getByText('Signed, and on disk').count()).toBe(1);
    await open.goTo(`#/members/people/operations-2?do=replace&old=${keyOf('operations-2')}`);
    await page.getByText('You do not act with this key, so others must approve.').waitFor();
  });

  it('tells what each level may do, and who is there', async () => {
    await openConsole({ address: '#/members/levels' });
    const { page } = open;
    await page.getByRole('row', { name: 'Blue state yes yes no no no trainer-07' }).waitFor();
    await page.getByText('makes Blue canonical; today alone: promote environment').waitFor();
  });
});

describe('policies', () => {
  it('says what a threshold means today, warns of a minority, and refuses what cannot be met', async () => {
    await openConsole({ address: '#/members/policies?open=rotate_validator&do=set' });
    const { page } = open;
    const propose = page.getByRole('button', { name: 'Propose…' });
    await page.getByText('Today: 2 of your 3 administrators must agree.').waitFor();
    expect(await propose.isDisabled()).toBe(true);
    expect(await page.getByRole('radio', { name: /One member alone/ }).count()).toBe(0);
    await page.getByRole('radio', { name: /A number of approvals/ }).check();
    await page.getByLabel('Approvals', { exact: true }).fill('1');
    await page.getByText('That is not a majority: 1 decides, also against the other 2.').waitFor();
    await page.getByLabel('Approvals', { exact: true }).fill('3');
    await page.getByText('All must agree: while one of them is away, it cannot be done').waitFor();
    await page.getByLabel('Approvals', { exact: true }).fill('4');
    await page.getByText('It asks for 4, and there are only 3: the ledger refuses it.').waitFor();
    await propose.click();
    await page.getByText('39 THRESHOLD_UNREACHABLE').waitFor();
  });

  it('protects an environment, shows who must agree then, and unprotects it', async () => {
    await openConsole({ address: '#/members/policies' });
    const { page } = open;
    await page.getByText('None: every environment follows the policies above.').waitFor();
    await page.getByRole('link', { name: 'Protect an environment…' }).first().click();
    await page.getByLabel('Environment', { exact: true }).fill('grid-maze');
    await page
      .getByText('npx dm policy set promote_environment --env grid-maze --approvals 2 --of administrator')
      .waitFor();
    await page.getByRole('button', { name: 'Propose…' }).click();
    await confirm('Sign the proposal…');
    await page.getByText('Signed, and on disk').waitFor();
    await elsewhere.approve('operations-2', await elsewhere.openProposal());
    await page.getByRole('link', { name: /^grid-maze: promote environment/ }).click();
    const policy = page.getByRole('region', { name: 'Policy', exact: true });
    await policy.getByText('for grid-maze, needs 2 approvals by administrators (2 of 3 today)').waitFor();
    await page.getByRole('link', { name: 'Unprotect…' }).click();
    await page.getByText('Fewer may have to agree then.').waitFor();
    await page.getByText('npx dm policy set promote_environment --env grid-maze --default').waitFor();
    await page.getByRole('link', { name: 'Close' }).click();

    await page.getByRole('link', { name: 'Who could…?' }).click();
    await page.getByText("A promotion to Green needs nobody's approval: 3 members can do it alone.").waitFor();
    const alone = page.getByRole('region', { name: 'Can do it at once, alone' });
    for (const name of ['Operations 1', 'Operations 2', 'Security lead']) await alone.getByText(name).waitFor();
    await page.getByLabel('of environment').fill('grid-maze');
    await page.getByText('A promotion to Green, for grid-maze, needs 2 of the 3 administrators to agree.').waitFor();
    await page
      .getByRole('region', { name: /^Whose approvals count · 2 needed/ })
      .getByText('Security lead')
      .waitFor();
  });

  it('says that nothing can be done while the chain is frozen', async () => {
    await openConsole({ address: '#/members/who?action=promote_environment' });
    const { page } = open;
    await page.getByText('3 members can do it alone.').waitFor();
    await elsewhere.act('operations-2', 'freeze', { reason: 'a key was stolen' });
    await page.getByText('Not now: the chain is frozen.').waitFor();
    await page.getByLabel('Who could', { exact: true }).selectOption('rotate_validator');
    await page.getByText('needs 2 of the 3 administrators to agree.').waitFor();
    expect(await page.getByText('Not now: the chain is frozen.').count()).toBe(0);
  });
});

describe('the posture', () => {
  it('stands by level, the worst first, and leads to where it is mended', async () => {
    // A minority may decide, and this machine holds the keys of one who does.
    const policy = { mode: 'multisig', role: 'administrator', threshold: { count: 1 } };
    await elsewhere.enact('set_policy', { action: 'set_parameter', env_id: null, policy });
    await sandbox.removeKey('Operations 2');
    await openConsole({ address: '#/overview' });
    const { page } = open;
    await page.getByText('4 of 9 good').waitFor();
    await page.getByRole('link', { name: 'Posture' }).click();
    const panel = page.getByRole('region', { name: 'Posture' });
    await panel.getByText('1 to fix · 3 to review · 1 unknown').waitFor();
    expect(await panel.getByRole('heading', { level: 2 }).allInnerTexts()).toEqual([
      'Security of the current setup',
      'Fix · 1',
      'Review · 3',
      'Could not be checked · 1',
      'Good · 4',
    ]);
    await panel.getByRole('region', { name: 'Fix' }).getByRole('link', { name: 'Open the policies' }).click();
    await page.getByRole('region', { name: 'Policies' }).waitFor();
  });
});

describe('keys', () => {
  it('makes a key card that another console takes', async () => {
    await openConsole({ address: '#/keys?do=create' });
    const { page, context } = open;
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.getByLabel('Name').fill('Laptop');
    await page.getByRole('button', { name: 'Create the key' }).click();
    await page.getByRole('link', { name: 'Prove possession…' }).click();
    await page.getByLabel('Id', { exact: true }).fill('operations-3');
    await page.getByRole('button', { name: 'Prove possession…' }).click();
    await confirm('Sign…', { outcome: 'Proved' });
    await page.getByText('The key card of Laptop is ready.').waitFor();
    await page.getByRole('button', { name: 'Copy the card' }).click();
    await page.getByRole('button', { name: 'Copied' }).waitFor();
    const card = await page.evaluate(() => navigator.clipboard.readText());
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Download the card' }).click();
    expect((await download).suggestedFilename()).toBe('member-operations-3.key-card.json');
    await open.goTo(`#/members?do=add`);
    await page.getByLabel('Id', { exact: true }).fill('operations-3');
    await page.getByLabel('Key card', { exact: true }).fill(card);
    await page.getByText('Proved to be held').waitFor();
  });

  it('exports to a path, and takes the file in again with its passphrase', async () => {
    await openConsole({ address: `#/keys/${await sandbox.keyId('Operations 2')}` });
    const { page } = open;
    await page.getByRole('link', { name: 'Export encrypted…' }).click();
    await page.getByText('Anyone who has the file and the passphrase can sign as Operations 2.').waitFor();
    await page.getByRole('button', { name: 'Export encrypted…' }).click();
    const passphrase = 'a passphrase of the export';
    await confirm('Export…', {
      typed: { 'New passphrase for the exported file': passphrase, 'The same again': passphrase },
      outcome: 'Exported',
    });
    const exported = join(sandbox.machine.dataDirectory, 'exports');
    const [file = ''] = readdirSync(exported);
    await page.getByText(join(exported, file)).waitFor();

    await page.getByRole('link', { name: 'Import…' }).click();
    const take = page.getByRole('button', { name: 'Import the key' });
    await page.getByLabel('Name', { exact: true }).fill('Old laptop');
    expect(await take.isDisabled()).toBe(true);
    await page.getByRole('button', { name: `${sandbox.machine.home}/` }).click();
    await page.getByRole('button', { name: 'notes.txt' }).click();
    const command = `npx dm key import --secret-file ${join(sandbox.machine.home, 'notes.txt')} --name 'Old laptop'`;
    await page.getByText(command).waitFor();
    await confirmDeed(open, sandbox.local, 'Import', () => take.click());
    await page.getByRole('heading', { level: 2, name: 'Old laptop' }).waitFor();
  });

  it('takes back what is not looked at any more, and what a person takes back', async () => {
    const keyId = await sandbox.keyId('Operations 2');
    await openConsole({ address: `#/keys/${keyId}?do=forget` });
    const { page, context } = open;
    const earlier = sandbox.host.desk.reviews().length;
    const decisions = (): string[] =>
      sandbox.host.desk
        .reviews()
        .slice(earlier)
        .map(({ outcome }) => outcome?.outcome ?? 'waiting');
    const forget = page.getByRole('button', { name: 'Remove the key…' });
    await forget.click();
    await page.getByRole('button', { name: 'Back' }).click();
    await expect.poll(decisions).toEqual(['withdrawn']);
    await forget.click();
    await page
      .getByRole('region', { name: 'Review and sign' })
      .getByRole('button', { name: 'Remove the key…' })
      .waitFor();
    // Loaded again, nothing shows it: the next request takes it back.
    await page.reload();
    await forget.click();
    const ask = page.getByRole('region', { name: 'Review and sign' }).getByRole('button', { name: 'Remove the key…' });
    await ask.waitFor();
    await expect.poll(decisions).toEqual(['withdrawn', 'withdrawn', 'waiting']);
    const opening = context.waitForEvent('page');
    await ask.click();
    const popup = await opening;
    await page.getByRole('button', { name: 'Cancel the request' }).click();
    await page.getByText('You cancelled it. Nothing was signed').waitFor();
    expect(decisions()).toEqual(['withdrawn', 'withdrawn', 'withdrawn']);
    await popup.close();
  });

  it('does not forget the key that seals, nor the one that acts, and says what is lost by any other', async () => {
    await openConsole({ address: `#/keys/${await sandbox.keyId(VALIDATOR_KEY_NAME)}?do=forget` });
    const { page } = open;
    await page.getByText('This node seals with it, so it cannot be removed.').waitFor();
    await page.getByRole('link', { name: 'Rotate the key of authority-1…' }).waitFor();
    await open.goTo(`#/keys/${await sandbox.keyId('Operations 1')}?do=forget`);
    await page.getByText('It is the identity that acts now.').waitFor();
    await open.goTo(`#/keys/${await sandbox.keyId('Operations 2')}?do=forget`);
    await page.getByText('Operations 2 can no longer sign anything, and others must approve a new key.').waitFor();
    await page.getByRole('button', { name: 'Remove the key…' }).click();
    await confirm('Remove the key…', { outcome: 'Removed' });
    await page.waitForURL((url) => url.hash === '#/keys');
    await page.getByText('2 identities on this machine').waitFor();
  });
});

/** Each place, and the words that tell that it is there. */
async function places(): Promise<readonly (readonly [address: string, ready: string | RegExp])[]> {
  const [first, second] = [await sandbox.keyId('Operations 1'), await sandbox.keyId('Operations 2')];
  const { public_key, proof } = elsewhere.withKey('a new key', 'validator/authority-1');
  return [
    ['#/validators', 'Choose a validator'],
    ['#/validators/authority-1', 'What rotating its key does'],
    ['#/validators/authority-1?do=remove', 'is never valid again'],
    ['#/validators/authority-1?do=rotate&step=key', 'Create a new key'],
    [`#/validators/authority-1?do=rotate&step=prove&new=${keyOf('operations-2')}`, 'The signature proves this'],
    [`#/validators/authority-1?do=rotate&step=propose&new=${public_key}&proof=${proof}`, 'What will change'],
    ['#/validators/authority-1?do=rotate', 'Close, and leave it open'],
    ['#/members', 'Choose a member'],
    ['#/members?do=add', 'Enter the id first'],
    ['#/members/people/operations-2', 'What can be changed'],
    ['#/members/people/operations-2?do=change', 'As others see it'],
    [`#/members/people/operations-1?do=replace&old=${keyOf('operations-1')}`, 'You act with this key'],
    ['#/members/levels', 'What each permission is for'],
    ['#/members/policies?open=promote_environment', 'at once, alone'],
    ['#/members/policies?open=rotate_validator&do=set', 'must agree'],
    ['#/members/policies?do=protect', 'must agree'],
    ['#/members/who', 'at once, alone'],
    ['#/members/posture', 'Decisions need a majority'],
    [`#/keys/${first}?do=prove`, 'Whose key it will be'],
    [`#/keys/${second}?do=forget`, 'cannot be brought back'],
    [`#/keys/${second}?do=export`, 'Store them separately'],
    ['#/keys?do=import', sandbox.machine.home],
  ];
}

it.each(sampledLooks([1280, 800], 'the look of governance'))(
  'axe finds nothing on any of these screens, %s, %i px wide',
  async (theme, width) => {
    const key = elsewhere.withKey('the next key', 'validator/authority-1');
    await elsewhere.propose('operations-1', 'rotate_validator', { validator_id: 'authority-1', ...key });
    await openConsole({ theme, width });
    const { page } = open;
    const found: string[] = [];
    for (const [address, ready] of await places()) {
      await open.goTo(address);
      await page.getByText(ready).first().waitFor({ state: 'attached' });
      const { violations } = await new AxeBuilder({ page }).analyze();
      for (const { id, nodes } of violations)
        for (const node of nodes) found.push(`${address}: ${id} at ${node.target.join(' ')}`);
    }
    expect(found).toEqual([]);
  },
);

describe('where it is narrow', () => {
  it('the detail takes the place of the list, and leads back to it', async () => {
    await openConsole({ width: 700, address: '#/members' });
    const { page } = open;
    await page.getByRole('link', { name: 'Operations 2' }).click();
    await page.getByRole('heading', { level: 2, name: 'Operations 2' }).waitFor();
    expect(await page.getByRole('region', { name: 'Members' }).isVisible()).toBe(false);
    await page.getByRole('link', { name: '← All' }).click();
    await page.getByRole('region', { name: 'Members' }).waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
  });
});
