import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { promotionOf } from '../../src/ledger/actions/promote-environment.ts';
import { sampled } from '../crash/seeded-random.ts';
import { keyboardHand, mouseHand } from './hands.ts';
import { lookAt } from './real-console.ts';
import { sampledLooks } from './seeded-console.ts';
import { seededSuite } from './seeded-suite.ts';

/** Several environments in one review and one signature. */

const suite = seededSuite();
const { openConsole, confirm } = suite;

async function greenOf(envId: string): Promise<number | null> {
  const { green } = await suite.sandbox.client.chain.environment({ env_id: envId });
  return green?.version ?? null;
}

const blueLane = () => suite.open.page.getByRole('region', { name: 'Blue environments' });
const row = (envId: string) => blueLane().getByRole('link', { name: new RegExp(`^${envId}\\b`) });
const selection = () => suite.open.page.getByRole('region', { name: 'Selected environments' });

describe('what a person prefers', () => {
  it('is there again after a new link, on this machine: the theme, and filters by their names', async () => {
    await openConsole({ address: '#/environments' });
    const { page } = suite.open;
    await page.getByRole('button', { name: 'Theme: system. Change to light.' }).click();
    await page.getByRole('button', { name: 'Theme: light. Change to dark.' }).click();
    await page.getByLabel('State').selectOption('Ahead of Green');
    await page.getByLabel('Sort').selectOption('Updated last');
    await page.getByRole('button', { name: 'Save…' }).click();
    await page.getByLabel('Name of this filter').fill('To promote');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Forget “To promote”' }).waitFor();
    await suite.open.goTo('#/audit?action=recall_environment');
    await page.getByRole('button', { name: 'Save…' }).click();
    await page.getByLabel('Name of this filter').fill('Recalls');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByRole('button', { name: 'Forget “Recalls”' }).waitFor();
    await suite.open.close();

    // Another browser, or this one after what it stored was cleared.
    await openConsole({ address: '#/environments' });
    const again = suite.open.page;
    await again.getByRole('button', { name: 'Theme: dark. Change to system.' }).waitFor();
    await again.getByLabel('Saved filters').selectOption('To promote');
    await again.waitForFunction(() => globalThis.location.hash === '#/environments?stage=ahead&sort=updated');
    await lookAt(again, join('several', 'saved filter'));
    await again.getByRole('button', { name: 'Forget “To promote”' }).click();
    await again.getByRole('button', { name: 'Save…' }).waitFor();
    expect(await again.getByLabel('Saved filters').count()).toBe(0);
    await suite.open.goTo('#/audit');
    await again.getByLabel('Saved filters').selectOption('Recalls');
    await again.waitForFunction(() => globalThis.location.hash.includes('action=recall_environment'));
    await again.getByRole('button', { name: 'Forget “Recalls”' }).click();
    await again.getByRole('button', { name: 'Theme: dark. Change to system.' }).click();
    await again.getByRole('button', { name: 'Theme: system. Change to light.' }).waitFor();
  });
});

describe('a long history', () => {
  it('is drawn with its runs of updates as one step, and step by step where that is asked for', async () => {
    const envId = 'grid-maze-08';
    for (let round = 0; round < 5; round++) {
      const { blue } = await suite.sandbox.client.chain.environment({ env_id: envId });
      await suite.sandbox.elsewhere.act('trainer-07', 'update_environment', {
        env_id: envId,
        base_version: blue.version,
        state_hash: blue.state_hash,
        metadata: { ...blue.metadata, round },
        note: `round ${round}`,
      });
    }
    await openConsole({ address: `#/environments/${envId}` });
    const { page } = suite.open;
    const graph = page.getByRole('group', { name: `Lineage of ${envId}` });
    const run = graph.getByRole('link', { name: /5 updates, of which nothing else came/ });
    await run.waitFor();
    await lookAt(page, join('several', 'lineage'));
    // It opens what they changed together, whose newest version then stands by itself.
    await run.click();
    await graph.getByRole('link', { name: /^v6: update/, exact: false }).waitFor();
    await page.getByText('Note on v6', { exact: false }).waitFor();
    await page.getByText('“round 4”').first().waitFor();
    await page.getByRole('button', { name: 'Draw each update by itself' }).click();
    expect(await graph.getByRole('link', { name: /: (?:create|update) in block/ }).count()).toBe(6);
    await page.getByRole('button', { name: 'Draw updates that follow each other as one' }).click();
    await graph.getByRole('link', { name: /4 updates, of which nothing else came/ }).waitFor();
  });
});

describe('several environments', () => {
  const hands = [
    ['with the mouse', mouseHand],
    ['by keyboard alone', keyboardHand],
  ] as const;
  it.each(sampled(hands, 1, 'the hand that promotes several'))('become Green together, %s', async (how, makeHand) => {
    await openConsole({ address: '#/environments?text=web-forms&stage=not_green' });
    const { page } = suite.open;
    const hand = makeHand(page);
    await row('web-forms-01').waitFor();
    if (how === 'with the mouse') {
      await blueLane().getByRole('checkbox', { name: 'Select web-forms-01', exact: true }).check();
      await blueLane().getByRole('checkbox', { name: 'Select web-forms-03', exact: true }).check();
    } else {
      await row('web-forms-01').focus();
      await page.keyboard.press('x');
      await row('web-forms-03').focus();
      await page.keyboard.press('x');
    }
    await selection().getByText('2 selected').waitFor();
    // The filter and the selection stay while one of them is looked at.
    await hand.press(row('web-forms-03'));
    await page.getByRole('heading', { level: 2, name: /^web-forms-03/ }).waitFor();
    await selection().getByText('2 selected').waitFor();
    await hand.press(selection().getByRole('link', { name: 'Promote…' }));
    await page.getByRole('heading', { level: 2, name: 'Promote 2 environments to Green' }).first().waitFor();
    await page.getByRole('cell', { name: 'v2, its first' }).first().waitFor();
    expect(await page.locator('code.command').innerText()).toContain('env promote --id web-forms-01 --id web-forms-03');
    await hand.press(page.getByRole('button', { name: 'Review…' }));
    await page.getByText('2 operations, all or none:').first().waitFor();
    const { height: before } = await suite.sandbox.status();
    await confirm('Sign…', { hand });
    await page.getByText(/^Signed, and on disk in block/).waitFor();
    expect((await suite.sandbox.status()).height).toBe(before + 1);
    expect(await Promise.all(['web-forms-01', 'web-forms-03'].map(greenOf))).toEqual([2, 2]);
    await hand.press(page.getByRole('link', { name: 'Back to the environments' }));
    await selection().waitFor({ state: 'detached' });
  });

  it('are all selected by one press, as far as they fit the filter and one batch', async () => {
    await openConsole({ address: '#/environments?text=lunar-lander-x-0&stage=not_green' });
    const { page } = suite.open;
    await row('lunar-lander-x-02').waitFor();
    await row('lunar-lander-x-02').focus();
    await page.keyboard.press('x');
    const count = await blueLane().getByRole('checkbox').count();
    expect(count).toBeGreaterThan(3);
    await selection()
      .getByRole('button', { name: `Select all ${count}` })
      .click();
    await selection().getByText(`${count} selected`).waitFor();
    await page.keyboard.press('Escape');
    await selection().waitFor({ state: 'detached' });
  });

  it('are left out where nothing can be done, and say why', async () => {
    const ahead = await suite.sandbox.client.chain.environment({ env_id: 'tool-use-bench-02' });
    await suite.sandbox.elsewhere.act('operations-2', 'promote_environment', promotionOf(ahead));
    await openConsole({ address: '#/environments?select=grid-maze&select=tool-use-bench-02&do=promote' });
    const { page } = suite.open;
    await page.getByText('Left out. v2 is Green already.').waitFor();
    await page.getByRole('heading', { name: 'Promote 1 environment to Green' }).waitFor();
    await page.getByRole('button', { name: 'Leave grid-maze out' }).click();
    await page.getByText('Nothing of this can be done now.').waitFor();
    expect(await page.getByRole('button', { name: 'Review…' }).isDisabled()).toBe(true);
  });

  it('are protected by one proposal, which says all of it, and approved with a reason', async () => {
    await openConsole({ address: '#/environments?select=negotiation-llm-02&select=negotiation-llm-03' });
    const { page } = suite.open;
    await selection().getByRole('link', { name: 'Protect…' }).click();
    await page.getByRole('heading', { name: 'Let more people decide about 2 environments' }).waitFor();
    expect(await page.locator('code.command').innerText()).toContain(
      'policy protect negotiation-llm-02 negotiation-llm-03 --approvals 2 --of administrator',
    );
    await page.getByRole('button', { name: 'Propose…' }).click();
    await confirm('Sign the proposal…');
    const { proposals } = await suite.sandbox.client.chain.proposals({ state: 'open', offset: 0, limit: 10 });
    const [proposal] = proposals;
    expect(proposal).toMatchObject({ action: 'batch' });
    const id = proposal?.proposal_id ?? '';
    await suite.sandbox.client.operator.selectIdentity({ key_id: await suite.sandbox.keyId('Operations 2') });
    await suite.open.goTo(`#/approvals/${id}`);
    await page.getByText('2 operations, all or none:').waitFor();
    await page.getByLabel('Why you approve').fill('Two people look at what is Green.');
    await page.getByRole('link', { name: 'Review and sign…' }).click();
    await page.getByText('Your reason: “Two people look at what is Green.”').first().waitFor();
    await confirm('Sign the approval…');
    const { policies } = await suite.sandbox.client.chain.policies();
    const own = policies.filter(({ env_id }) => env_id?.startsWith('negotiation-llm-0') === true);
    expect(new Set(own.map(({ env_id }) => env_id))).toEqual(new Set(['negotiation-llm-02', 'negotiation-llm-03']));
    await suite.open.goTo(`#/approvals/${id}`);
    await page.getByText('“Two people look at what is Green.”').waitFor();
    // From now on they are promoted by a proposal, together with what needs nobody else.
    await suite.open.goTo('#/environments?select=negotiation-llm-02&select=negotiation-llm-04&do=promote');
    await page.getByRole('row', { name: /negotiation-llm-02.*2 of 3 administrators/ }).waitFor();
    await page.getByRole('row', { name: /negotiation-llm-04.*nobody else/ }).waitFor();
    await page.getByRole('button', { name: 'Review the proposal…' }).click();
    await confirm('Sign the proposal…');
    expect(await greenOf('negotiation-llm-04')).toBeNull();
  });

  it.each(sampledLooks([1280, 700], 'the look of several environments'))(
    'are legible in every look: %s, %i pixels',
    async (theme, width) => {
      const ids = ['web-forms-05', 'web-forms-07', 'tool-use-bench-03'].map((id) => `select=${id}`).join('&');
      await openConsole({ address: `#/environments?${ids}`, theme, width });
      const { page } = suite.open;
      await selection().waitFor();
      await lookAt(page, join('several', `selection ${theme} ${width}`));
      await suite.open.goTo(`#/environments?${ids}&do=archive`);
      await page.getByRole('heading', { name: 'Archive 3 environments' }).first().waitFor();
      await page.getByRole('cell', { name: 'nobody else' }).first().waitFor();
      await lookAt(page, join('several', `archive ${theme} ${width}`));
      await suite.open.goTo(`#/members/policies?do=protect&env=web-forms-05&env=web-forms-07`);
      await page.getByRole('heading', { name: 'Let more people decide about 2 environments' }).waitFor();
      await lookAt(page, join('several', `protect ${theme} ${width}`));
    },
  );
});
