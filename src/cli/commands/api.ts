import { z } from 'zod';
import { API_PATH } from '../../api/http/api-path.ts';
import { logInContract, logInDigest } from '../../api/http/log-in.ts';
import { isoTime } from '../../base/iso-time.ts';
import { encodeCanonicalText } from '../../base/canonical.ts';
import { QuantumLockError } from '../../base/errors.ts';
import { HTTP_REQUEST_TIMEOUT_MS } from '../../base/network-limits.ts';
import { statementSubject } from '../../node/signing/subjects/statement.ts';
import type { CommandContext } from '../context.ts';
import type { RegisterCommands } from './command.ts';

export const registerApi: RegisterCommands = (program, run) => {
  const api = program.command('api').description('reach a node over its HTTP API');
  api
    .command('log-in')
    .description("get a token for a member's key: a short-lived one, for requests from this address")
    .requiredOption('--url <URL>', 'of the node, as `dm blockchain start` prints it')
    .action(({ url }: { url: string }) => run((context) => logIn(context, url)));
};

const { logInChallenge, logIn: logInToken } = logInContract;

/** Asks for a challenge, signs it with the acting key, and prints the token. @throws LOG_IN_REFUSED, SYSTEM_DEPENDENCY */
async function logIn(context: CommandContext, url: string): Promise<void> {
  const { origin } = addressOf(url);
  const key = await context.signingKey();
  await context.openKeyFileFor(key);
  const asked = await post(`${origin}${API_PATH}/log-in/challenge`, { public_key: key.public_key }, logInChallenge);
  const { challenge, chain } = asked;
  const answer = { challenge, origin, public_key: key.public_key };
  const subject = statementSubject({
    key,
    kind: 'log-in',
    sentence: `Log in at ${origin}, to the chain ${chain.chain_id}.`,
    canonical: encodeCanonicalText(answer),
    digest: logInDigest(chain, { challenge, origin, publicKey: key.public_key }),
  });
  const signature = await context.signHere(subject, { chain });
  const given = await post(`${origin}${API_PATH}/log-in/token`, { ...answer, signature }, logInToken);
  context.output.note(`Logged in as ${given.member_id}, ${given.level}, until ${isoTime(given.expires_at)}.`);
  // Alone, so that a shell can take it into a variable.
  context.output.result(given, () => [given.token]);
}

function addressOf(url: string): URL {
  const address = URL.parse(url);
  if (address !== null && ['http:', 'https:'].includes(address.protocol)) return address;
  throw new QuantumLockError('USAGE', `${url} is no address of a node`, {
    advice: 'Write it as http://127.0.0.1:8000, or https://… for a node elsewhere.',
  });
}

/** One of the log-in's calls. What a node answers that is not what the contract says is believed in nothing. */
async function post<Described extends (typeof logInContract)[keyof typeof logInContract]>(
  address: string,
  body: unknown,
  described: Described,
): Promise<z.output<NonNullable<Described['~orpc']['outputSchema']>>> {
  const response = await fetch(address, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
    redirect: 'error',
    signal: AbortSignal.timeout(HTTP_REQUEST_TIMEOUT_MS),
  }).catch((cause: unknown) => {
    throw new QuantumLockError('SYSTEM_DEPENDENCY', `${address} does not answer`, {
      cause,
      advice: 'See that the node runs with --port, and that the address is right.',
    });
  });
  const answered: unknown = await response.json().catch(() => null);
  if (!response.ok) {
    const refused = refusal.safeParse(answered);
    throw refused.success
      ? QuantumLockError.fromFailure(refused.data)
      : new QuantumLockError('SYSTEM_DEPENDENCY', `${address} answers with ${response.status}`);
  }
  const read = (described['~orpc'].outputSchema as z.ZodType).safeParse(answered);
  if (read.success) return read.data as never;
  throw new QuantumLockError('SYSTEM_DEPENDENCY', `${address} is not the API of a node`);
}

const refusal = z.object({ code: z.string(), message: z.string(), advice: z.string() });
