import { BlobStore } from '../../../src/node/blobs/blob-store.ts';

/** Stores one directory after the other until it is killed; a line for each step of the way, and for each promise kept. */
const [directory = '', ...sources] = process.argv.slice(2);
const store = new BlobStore({ directory, packSizeMax: 3 * 1024 * 1024 });
console.log('open');
for (const source of sources) {
  const { state_hash } = await store.storeDirectory(source, { onProgress: () => console.log('progress') });
  console.log(`stored ${state_hash}`);
}
await store.close();
console.log('closed');
