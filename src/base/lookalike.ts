import unhomoglyph from 'unhomoglyph';

/**
 * Names that look alike: the skeletons of Unicode's UTS #39, §4 (its table of confusable characters comes with the package,
 * at one version for everybody), without regard to case, to the width of letters and to how words are joined. For warnings
 * before something is signed; no rule of the chain depends on it.
 */

/** Two names are alike where they share a skeleton: `I` looks like `l` as it is, and like `i` to whoever knows the word. */
export function lookalikeKeys(name: string): readonly string[] {
  const plain = name.normalize('NFKD');
  return [skeleton(plain), skeleton(plain.toLowerCase())];
}

export function isLookalike(left: string, right: string): boolean {
  const keys = lookalikeKeys(left);
  return lookalikeKeys(right).some((key) => keys.includes(key));
}

/** The table's own answers for ASCII: ids are of it, and a chain may have a hundred thousand. */
const ASCII = new Map(
  Array.from({ length: 0x80 }, (_, code) => String.fromCharCode(code)).map((mark) => [mark, unhomoglyph(mark)]),
);

function skeleton(name: string): string {
  const plain = /^[\x20-\x7e]*$/.test(name)
    ? Array.from(name, (mark) => ASCII.get(mark) ?? mark).join('')
    : unhomoglyph(name).normalize('NFKD');
  return plain.toLowerCase().replaceAll(/[\s._-]+/gu, '');
}
