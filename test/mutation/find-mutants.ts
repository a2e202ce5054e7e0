import { parseSync } from 'vite';

/** One small change to a source file: what stands at `start`…`end` becomes `replacement`. Offsets are UTF-16 code units. */
export interface Mutant {
  readonly start: number;
  readonly end: number;
  readonly kind: 'expression' | 'statement';
  /** Of a statement: empty, for it is left out. */
  readonly replacement: string;
  readonly line: number;
}

interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [field: string]: unknown;
}

const COMPARISONS: Readonly<Record<string, readonly string[]>> = {
  '===': ['!=='],
  '!==': ['==='],
  '<': ['<=', '>='],
  '<=': ['<', '>'],
  '>': ['>=', '<='],
  '>=': ['>', '<'],
  '+': ['-'],
  '-': ['+'],
  '*': ['/'],
};
const LOGICAL: Readonly<Record<string, string>> = { '&&': '||', '||': '&&' };
const METHODS: ReadonlyMap<string, string> = new Map([
  ['every', 'some'],
  ['some', 'every'],
]);

/** Every mutant of a TypeScript file, in the order of the text. Types, strings and imports are left alone. */
export function findMutants(path: string, source: string): readonly Mutant[] {
  const { program, errors } = parseSync(path, source);
  if (errors.length > 0) throw new Error(`${path}: ${errors[0]?.message}`);
  const found: Mutant[] = [];
  const lineOf = (offset: number): number => source.slice(0, offset).split('\n').length;
  const text = (node: Node): string => source.slice(node.start, node.end);
  const change = (node: Node, replacement: string): void => {
    found.push({ start: node.start, end: node.end, kind: 'expression', replacement, line: lineOf(node.start) });
  };
  const leaveOut = (node: Node): void => {
    found.push({ start: node.start, end: node.end, kind: 'statement', replacement: '', line: lineOf(node.start) });
  };

  const visit = (node: Node, parent: Node | null): void => {
    if (node.type.startsWith('TS') && node.type !== 'TSAsExpression' && node.type !== 'TSSatisfiesExpression') return;
    switch (node.type) {
      case 'ImportDeclaration':
        return;
      case 'BinaryExpression': {
        const { operator, left, right } = node as unknown as { operator: string; left: Node; right: Node };
        // A text joined to another is a message.
        const isText =
          [left, right].some(({ type }) => type === 'TemplateLiteral' || type === 'Literal') && operator === '+';
        if (!isText) {
          for (const other of COMPARISONS[operator] ?? []) change(node, `(${text(left)}) ${other} (${text(right)})`);
        }
        break;
      }
      case 'LogicalExpression': {
        const { operator, left, right } = node as unknown as { operator: string; left: Node; right: Node };
        const other = LOGICAL[operator];
        if (other !== undefined) change(node, `(${text(left)}) ${other} (${text(right)})`);
        break;
      }
      case 'UnaryExpression':
        if (node['operator'] === '!') change(node, text(node['argument'] as Node));
        break;
      case 'IfStatement':
      case 'ConditionalExpression':
        change(node['test'] as Node, 'true');
        change(node['test'] as Node, 'false');
        break;
      // A loop that never ends would only tell that it never ends.
      case 'WhileStatement':
        change(node['test'] as Node, 'false');
        break;
      case 'Literal':
        if (typeof node['value'] === 'boolean') change(node, String(!node['value']));
        break;
      case 'CallExpression': {
        const callee = node['callee'] as Node;
        const property = callee['property'] as Node | undefined;
        const other = property === undefined ? undefined : METHODS.get(text(property));
        if (callee.type === 'MemberExpression' && property !== undefined && other !== undefined) {
          change(node, `${source.slice(node.start, property.start)}${other}${source.slice(property.end, node.end)}`);
        }
        break;
      }
      case 'ThrowStatement':
        leaveOut(node);
        break;
      case 'ExpressionStatement': {
        const expression = node['expression'] as Node;
        const isSuper = expression.type === 'CallExpression' && (expression['callee'] as Node).type === 'Super';
        if (!isSuper && expression.type !== 'Literal' && parent?.type !== 'Program') leaveOut(node);
        break;
      }
      default:
    }
    // A loop's own test is left alone but for `while (false)`.
    const skipped = node.type === 'ForStatement' ? ['test', 'update'] : [];
    for (const [field, value] of Object.entries(node)) {
      if (skipped.includes(field)) continue;
      for (const child of Array.isArray(value) ? (value as unknown[]) : [value]) {
        if (isNode(child)) visit(child, node);
      }
    }
  };
  visit(program as unknown as Node, null);
  return found.toSorted((one, other) => one.start - other.start || other.end - one.end);
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string';
}
