import { onTestFinished, expect, test, vi } from 'vitest';

import type { EnvironmentRecord } from '../../../src/ledger/state/records.ts';
import { dataPaths } from '../../../src/node/data-directory/data-paths.ts';
import { FollowedNamespace } from '../../../src/node/query/followed-namespace.ts';
import { ChainReader } from '../../../src/node/storage/chain-reader.ts';
import { createBytes } from '../../crash/test-chain.ts';
import { foundedDirectory, openedNode, receiptOf } from '../storage/opened-node.ts';

test('a list is kept up with the blocks while it is asked for, and always complete when it is asked', async () => {
  const data = foundedDirectory();
  const node = await openedNode(data);
  const { reader, database } = ChainReader.open(dataPaths(data).chain);
  onTestFinished(() => void database.close());
  const read: string[] = [];
  const list = new FollowedNamespace(reader, 'environments', (value) => {
    const { env_id: envId } = value as EnvironmentRecord;
    read.push(envId);
    return envId;
  });
  const create = async (name: string): Promise<void> => void receiptOf(await node.submit(createBytes(name)));
  const readNow = (): readonly string[] => read.splice(0);
  let now = 0;
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => now);
  onTestFinished(() => clock.mockRestore());

  await create('first');
  list.keepUp();
  expect(readNow(), 'nobody has asked').toEqual([]);
  expect([...list.entries().keys()]).toEqual(['first']);
  expect(readNow()).toEqual(['first']);

  await create('second');
  list.keepUp();
  expect(readNow()).toEqual(['second']);
  expect([...list.inOrder().keys]).toEqual(['first', 'second']);
  expect(readNow(), 'it was read with the block').toEqual([]);

  now += 60_000;
  await create('third');
  list.keepUp();
  expect(readNow(), 'nobody asks any more').toEqual([]);
  expect([...list.entries().keys()].sort()).toEqual(['first', 'second', 'third']);
});

test('what is read ahead is complete when it is asked, wherever the reading had come to and whatever came meanwhile', async () => {
  const data = foundedDirectory();
  const node = await openedNode(data);
  const { reader, database } = ChainReader.open(dataPaths(data).chain);
  onTestFinished(() => void database.close());
  const create = async (name: string): Promise<void> => void receiptOf(await node.submit(createBytes(name)));
  const names = ['ant', 'bee', 'cat', 'dog', 'eel'];
  for (const name of names) await create(name);
  const idOf = (value: unknown): string => (value as EnvironmentRecord).env_id;
  const lists = names.map(() => new FollowedNamespace(reader, 'environments', idOf));

  // One entry a call: a budget of nothing is over after the first.
  for (const [steps, list] of lists.entries())
    for (let step = 0; step < steps; step++) expect(list.readAhead(0)).toBe(true);
  await create('fox');
  for (const list of lists) expect(list.inOrder().keys).toEqual([...names, 'fox']);
  for (const list of lists) expect(list.readAhead(0), 'all of it is read').toBe(false);
});
