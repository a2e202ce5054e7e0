import { encodeHex, encodeUtf8 } from '../../base/bytes.ts';
import { QuantumLockError } from '../../base/errors.ts';
import { WITNESS_POLICY_ENTRIES_MAX, WITNESS_POLICY_SIZE_BYTES_MAX } from '../../base/limits.ts';
import { decodeVerifierKey, NOTE_SIGNATURE_TYPES, type NoteKey } from './signed-note.ts';

/** C2SP tlog-policy: which logs and which witnesses are known, and which witnesses are enough. */

export interface PolicyLog {
  readonly key: NoteKey;
  readonly url: string | null;
}

export interface PolicyWitness {
  /** As the policy calls it; the key has a name of its own. */
  readonly name: string;
  readonly key: NoteKey;
  /** Where checkpoints are sent, without the last slash; null for one that is only verified. */
  readonly url: string | null;
}

interface PolicyGroup {
  readonly name: string;
  readonly needed: number;
  readonly members: readonly string[];
}

export interface WitnessPolicy {
  readonly logs: readonly PolicyLog[];
  readonly witnesses: readonly PolicyWitness[];
  readonly groups: readonly PolicyGroup[];
  /** A witness, a group, or `none`. */
  readonly quorum: string;
}

const NONE = 'none';

/** Whether the witnesses that cosigned, by their names in the policy, are enough. */
export function isQuorum(policy: WitnessPolicy, cosigned: ReadonlySet<string>): boolean {
  const met = new Set(policy.witnesses.filter(({ name }) => cosigned.has(name)).map(({ name }) => name));
  // A group only names what stands before it.
  for (const { name, needed, members } of policy.groups)
    if (members.filter((member) => met.has(member)).length >= needed) met.add(name);
  return policy.quorum === NONE || met.has(policy.quorum);
}

/** Reads a policy file. @throws DOCUMENT_INVALID, which names the line */
export function decodeWitnessPolicy(text: string): WitnessPolicy {
  if (text.length > WITNESS_POLICY_SIZE_BYTES_MAX || encodeUtf8(text).length > WITNESS_POLICY_SIZE_BYTES_MAX)
    throw invalid(`is larger than ${WITNESS_POLICY_SIZE_BYTES_MAX} bytes`);
  if (!text.endsWith('\n')) throw invalid('does not end with a line end');
  const reader = new PolicyReader();
  for (const [index, line] of text.split('\n').slice(0, -1).entries()) {
    // oxlint-disable-next-line no-control-regex
    if (/[\u0000-\u0008\u000b-\u001f\u007f]/.test(line))
      throw invalid(`has a character in line ${index + 1} that no policy has`);
    const [keyword = '', ...items] = line.split(/[ \t]+/).filter((item) => item !== '');
    if (keyword === '' || keyword.startsWith('#')) continue;
    reader.take(keyword, items, index + 1);
  }
  return reader.end();
}

class PolicyReader {
  readonly #logs: PolicyLog[] = [];
  readonly #witnesses: PolicyWitness[] = [];
  readonly #groups: PolicyGroup[] = [];
  /** Names of witnesses and groups; true once it stands in a group. */
  readonly #names = new Map<string, boolean>();
  #quorum: string | null = null;

  take(keyword: string, items: readonly string[], line: number): void {
    const refuse = (what: string): never => {
      throw invalid(`line ${line} ${what}`);
    };
    switch (keyword) {
      case 'log':
        return this.#log(items, refuse);
      case 'witness':
        return this.#witness(items, refuse);
      case 'group':
        return this.#group(items, refuse);
      case 'quorum':
        return this.#setQuorum(items, refuse);
      default:
        return refuse(`begins with ${keyword}, which is no log, witness, group or quorum`);
    }
  }

  end(): WitnessPolicy {
    if (this.#quorum === null) throw invalid('has no quorum line');
    return { logs: this.#logs, witnesses: this.#witnesses, groups: this.#groups, quorum: this.#quorum };
  }

  #log([vkey = '', url, ...rest]: readonly string[], refuse: Refuse): void {
    if (rest.length > 0) refuse('has more than a key and an address');
    const key = decodeVerifierKey(vkey);
    if (key.type !== NOTE_SIGNATURE_TYPES.ed25519) refuse('has a key that signs no checkpoints here');
    if (this.#logs.some((one) => isSameKey(one.key, key))) refuse('has the key of another log');
    if (this.#logs.length === WITNESS_POLICY_ENTRIES_MAX) refuse('is one log too many');
    this.#logs.push({ key, url: url ?? null });
  }

  #witness([name = '', vkey = '', url, ...rest]: readonly string[], refuse: Refuse): void {
    if (rest.length > 0) refuse('has more than a name, a key and an address');
    const key = decodeVerifierKey(vkey);
    if (key.type === NOTE_SIGNATURE_TYPES.ed25519) refuse('has a key that makes no cosignatures');
    if (this.#witnesses.some((one) => isSameKey(one.key, key))) refuse('has the key of another witness');
    if (this.#witnesses.length === WITNESS_POLICY_ENTRIES_MAX) refuse('is one witness too many');
    this.#name(name, refuse);
    this.#witnesses.push({ name, key, url: url === undefined ? null : addressOf(url, refuse) });
  }

  #group([name = '', rule = '', ...members]: readonly string[], refuse: Refuse): void {
    if (members.length === 0) refuse('is a group of nobody');
    if (this.#groups.length === WITNESS_POLICY_ENTRIES_MAX) refuse('is one group too many');
    for (const member of members) {
      const isTaken = this.#names.get(member);
      if (isTaken === undefined) refuse(`names ${member}, which stands on no line before`);
      if (isTaken === true) refuse(`names ${member}, which is in a group already`);
      this.#names.set(member, true);
    }
    const needed =
      rule === 'any' ? 1 : rule === 'all' ? members.length : /^[1-9]\d{0,3}$/.test(rule) ? Number(rule) : 0;
    if (needed < 1 || needed > members.length) refuse(`asks for ${rule} of ${members.length}`);
    this.#name(name, refuse);
    this.#groups.push({ name, needed, members });
  }

  #setQuorum([name = '', ...rest]: readonly string[], refuse: Refuse): void {
    if (this.#quorum !== null) refuse('is a second quorum');
    if (rest.length > 0 || (name !== NONE && !this.#names.has(name)))
      refuse('names no witness and no group that stands on a line before');
    this.#quorum = name;
  }

  #name(name: string, refuse: Refuse): void {
    if (name === NONE) refuse('has the name that stands for no witness');
    if (this.#names.has(name)) refuse(`has the name ${name} a second time`);
    this.#names.set(name, false);
  }
}

type Refuse = (what: string) => never;

function isSameKey(left: NoteKey, right: NoteKey): boolean {
  return encodeHex(left.publicKey) === encodeHex(right.publicKey);
}

function addressOf(text: string, refuse: Refuse): string {
  if (!/^https?:\/\/[^\s/?#@]+(?:\/[^\s?#]*)?$/.test(text))
    refuse('has an address that is not of the form http(s)://host/path');
  return text.replace(/\/+$/, '');
}

function invalid(what: string): QuantumLockError {
  return new QuantumLockError('DOCUMENT_INVALID', `the witness policy ${what}`, {
    advice: 'Write it as c2sp.org/tlog-policy says: lines of log, witness, group, and one of quorum.',
  });
}
