import { createHash, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { onTestFinished } from 'vitest';

import type { Hash } from '../../../src/base/bytes.ts';
import {
  encodeNote,
  encodeVerifierKey,
  NOTE_SIGNATURE_TYPES,
  noteKeyId,
  type NoteKey,
} from '../../../src/ledger/checkpoints/signed-note.ts';
import { encodeUpdateNote, type UpdateManifest } from '../../../src/node/updates/update-manifest.ts';

export const INSTALLER = Buffer.from('an installer'.repeat(1000));

export interface SigningKey {
  readonly key: NoteKey;
  readonly privateKey: KeyObject;
  readonly verifierKey: string;
}

export function signingKey(name = 'updates.example'): SigningKey {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const raw = Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url');
  const key: NoteKey = { name, type: NOTE_SIGNATURE_TYPES.ed25519, publicKey: new Uint8Array(raw) };
  return { key, privateKey, verifierKey: encodeVerifierKey(key) };
}

export function manifestOf(changes: Partial<UpdateManifest> = {}, content: Uint8Array = INSTALLER): UpdateManifest {
  const sha256 = `0x${createHash('sha256').update(content).digest('hex')}` as Hash;
  return {
    format: 'quantum-lock/update/v1',
    version: '2.0.0',
    minimum: '1.0.0',
    files: [{ name: 'quantum-lock-2.0.0-linux-amd64.deb', arch: 'x64', size: content.length, sha256 }],
    ...changes,
  };
}

export function noteOf(manifest: UpdateManifest, { key, privateKey }: SigningKey): string {
  return encodeUpdateNote(manifest, key, (bytes) => new Uint8Array(sign(null, bytes, privateKey)));
}

/** Any text, as only the holder of the key can sign it. */
export function signedNote(text: string, { key, privateKey }: SigningKey): string {
  const signature = new Uint8Array(sign(null, Buffer.from(text), privateKey));
  return encodeNote({ text, signatures: [{ name: key.name, keyId: noteKeyId(key), signature }] });
}

export type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** A feed on this machine, over real HTTP; gone when the test is. */
export class Feed {
  readonly answers = new Map<string, Answer | string | Uint8Array>();
  readonly asked: string[] = [];
  readonly #port: number;

  private constructor(port: number) {
    this.#port = port;
  }

  static async start(): Promise<Feed> {
    const server = createServer((request, response) => feed.#answer(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const feed = new Feed((server.address() as AddressInfo).port);
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    return feed;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}/channel/update.note`;
  }

  /** A manifest, and its file beside it. */
  offer(note: string, content: Answer | Uint8Array = INSTALLER, name = 'quantum-lock-2.0.0-linux-amd64.deb'): void {
    this.answers.set('/channel/update.note', note);
    this.answers.set(`/channel/${name}`, content);
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const path = request.url ?? '';
    this.asked.push(path);
    const answer = this.answers.get(path);
    if (typeof answer === 'function') answer(request, response);
    else if (answer === undefined) response.writeHead(404).end();
    else response.end(answer);
  }
}
