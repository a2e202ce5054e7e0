import { QuantumLockError, type ErrorCode } from '../../base/errors.ts';
import { PASSPHRASE_LENGTH_MIN } from '../../base/limits.ts';

/** The passphrases that a person is asked for, on surfaces that the console's page cannot read. */
export type SecretName =
  | 'passphrase'
  | 'new_passphrase'
  | 'export_passphrase'
  | 'new_export_passphrase'
  | 'backup_passphrase'
  | 'backup_identity'
  | 'access_key'
  | 'secret_key';

export type Secrets = Readonly<Partial<Record<SecretName, string>>>;

interface SecretField {
  readonly label: string;
  /** Empty where the label says it all. */
  readonly hint: string;
  /** It is chosen now, and typed twice. */
  readonly isNew: boolean;
}

export const SECRET_FIELDS: Readonly<Record<SecretName, SecretField>> = {
  passphrase: { label: 'Passphrase of the key file', hint: '', isNew: false },
  new_passphrase: {
    label: 'New passphrase of the key file',
    hint: `At least ${PASSPHRASE_LENGTH_MIN} characters. It cannot be recovered.`,
    isNew: true,
  },
  export_passphrase: {
    label: 'Passphrase of the export',
    hint: 'The passphrase that it was exported with.',
    isNew: false,
  },
  new_export_passphrase: {
    label: 'New passphrase for the exported file',
    hint: `At least ${PASSPHRASE_LENGTH_MIN} characters.`,
    isNew: true,
  },
  backup_passphrase: { label: 'Passphrase of the backup', hint: 'The one that it was made with.', isNew: false },
  backup_identity: {
    label: 'Identity that opens the backup',
    hint: 'AGE-SECRET-KEY-1…, of one of its recipients. It is used once, and not kept.',
    isNew: false,
  },
  access_key: { label: 'Access key of the store', hint: 'Its id, as the store names it.', isNew: false },
  secret_key: { label: 'Secret key of the store', hint: 'Kept on this machine alone.', isNew: false },
};

/** The field of the form in which a new one is typed again. */
export function againOf(name: SecretName): string {
  return `${name}_again`;
}

/** What was typed, by field. @throws PASSPHRASE_WEAK where the two of a new one differ, PASSPHRASE_REQUIRED where one is missing */
export function readSecrets(asks: readonly SecretName[], typed: (field: string) => string | null): Secrets {
  return Object.fromEntries(
    asks.map((name) => {
      const secret = typed(name) ?? '';
      if (secret === '') throw new QuantumLockError('PASSPHRASE_REQUIRED', 'a passphrase is missing');
      if (SECRET_FIELDS[name].isNew && typed(againOf(name)) !== secret)
        throw new QuantumLockError('PASSPHRASE_WEAK', 'the two new passphrases differ');
      return [name, secret];
    }),
  );
}

/** Errors after which a person may type again. */
const RETRYABLE: ReadonlySet<ErrorCode> = new Set(['PASSPHRASE_WRONG', 'PASSPHRASE_WEAK', 'PASSPHRASE_REQUIRED']);

export function isRetryable(error: unknown): error is QuantumLockError {
  return error instanceof QuantumLockError && RETRYABLE.has(error.code);
}

/** What was wrong with what was typed, as a sentence. */
export function problemWords({ code, message, advice }: QuantumLockError): string {
  const sentence = `${message.charAt(0).toUpperCase()}${message.slice(1)}.`;
  return code === 'PASSPHRASE_WEAK' ? `${sentence} ${advice}` : sentence;
}
