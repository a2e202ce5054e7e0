import fc from 'fast-check';

import { encodeCanonicalText } from '../../src/base/canonical.ts';

/** One random choice of a mutation: where, what, and numbers to do it with. */
export interface Mutation {
  readonly place: number;
  readonly kind: number;
  readonly one: number;
  readonly two: number;
}

export const mutationArbitrary: fc.Arbitrary<Mutation> = fc.record({
  place: fc.nat(),
  kind: fc.nat(),
  one: fc.nat(),
  two: fc.nat(),
});

type Container = Record<string, unknown>;
interface Place {
  readonly container: Container;
  readonly name: string;
}

const isContainer = (value: unknown): value is Container => typeof value === 'object' && value !== null;

/** Every entry of a document, at any depth. */
function placesOf(value: unknown): Place[] {
  if (!isContainer(value)) return [];
  return Object.keys(value).flatMap((name) => [{ container: value, name }, ...placesOf(value[name])]);
}

const pick = <Item>(items: readonly Item[], choice: number): Item | undefined => items[choice % items.length];

function mutateText(text: string, { kind, one, two }: Mutation): unknown {
  const at = one % Math.max(1, text.length);
  const letter = '0123456789abcdefxABCZ"{}:, é\u0000'.charAt(two % 30);
  switch (kind % 8) {
    case 0:
    case 1:
    case 2:
      return text.slice(0, at) + letter + text.slice(at + 1);
    case 3:
      return text.slice(0, at) + text.slice(at + 1 + (two % 3));
    case 4:
      return text.slice(0, at) + letter + text.slice(at);
    case 5:
      return text.toUpperCase();
    case 6:
      return text.split('').toReversed().join('');
    default:
      return pick(['', '0x', `0x${'00'.repeat(32)}`, null, 0, [], text.slice(2), `${text} `], two);
  }
}

function mutateNumber(number: number, { one, two }: Mutation): unknown {
  return pick(
    [
      number + 1,
      number - 1,
      number + (two % 1_000),
      -number,
      number * 2,
      number + 0.5,
      Number.MAX_SAFE_INTEGER,
      0,
      2 ** 53,
      String(number),
      null,
      [number],
    ],
    one,
  );
}

function mutateList(list: readonly unknown[], { kind, one, two }: Mutation): unknown {
  const at = one % Math.max(1, list.length);
  const to = two % Math.max(1, list.length);
  switch (kind % 6) {
    case 0:
      return list.toSpliced(at, 1);
    case 1:
      return list.toSpliced(to, 0, list[at] ?? `0x${'00'.repeat(32)}`);
    case 2:
      return list.map((entry, index) => (index === at ? list[to] : entry));
    case 3: {
      const swapped = [...list];
      [swapped[at], swapped[to]] = [swapped[to], swapped[at]];
      return swapped;
    }
    case 4:
      return list.toReversed();
    default:
      return pick([[], null, {}, [list], [...list, null], [...list, `0x${'11'.repeat(32)}`]], two);
  }
}

function mutateObject(object: Container, { kind, one, two }: Mutation): unknown {
  const names = Object.keys(object);
  const name = pick(names, one) ?? 'a';
  const other = pick(names, two) ?? 'b';
  switch (kind % 5) {
    case 0:
      return Object.fromEntries(Object.entries(object).filter(([key]) => key !== name));
    case 1:
      return { ...object, [pick(['extra', 'hash', 'path', '', 'value', 'toString'], two) ?? 'extra']: object[name] };
    case 2:
      return { ...object, [name]: object[other], [other]: object[name] };
    case 3:
      return { ...object, [name]: object[other] };
    default:
      return pick([null, {}, [], Object.values(object), 'x'], two);
  }
}

/**
 * A copy of `document` with one random entry changed, at any depth, or swapped for the entry of the same name in one of
 * the `others`. Undefined where nothing changed.
 */
export function mutated(document: object, others: readonly object[], mutation: Mutation): unknown {
  const copy = structuredClone(document);
  const place = pick(placesOf(copy), mutation.place);
  if (place === undefined) return undefined;
  const { container, name } = place;
  const before = container[name];
  const twins = others.flatMap((other) => placesOf(other).filter((candidate) => candidate.name === name));
  const twin = pick(twins, mutation.two);
  let after: unknown;
  if (mutation.kind % 11 === 10 && twin !== undefined) after = structuredClone(twin.container[twin.name]);
  else if (typeof before === 'string') after = mutateText(before, mutation);
  else if (typeof before === 'number') after = mutateNumber(before, mutation);
  else if (Array.isArray(before)) after = mutateList(before, mutation);
  else if (isContainer(before)) after = mutateObject(before, mutation);
  else after = pick(['', 0, 'x', `0x${'00'.repeat(32)}`, {}, [], '{}'], mutation.one);
  // A numeric name in an array keeps its place; anything else is set as data, never through a prototype.
  Object.defineProperty(container, name, { value: after, enumerable: true, configurable: true, writable: true });
  return textOf(copy) === textOf(document) ? undefined : copy;
}

/** Equal for equal documents, whatever the order of their keys. */
function textOf(value: unknown): string {
  try {
    return encodeCanonicalText(value);
  } catch {
    return `not canonical: ${JSON.stringify(value)}`;
  }
}
