/** Where something makes sense: on a node, or on a file that is inspected. Everywhere, where it is left out. */
export type Where = 'node' | 'file';

export function fitsWhere({ where }: { readonly where?: Where | undefined }, isFile: boolean): boolean {
  return where === undefined || where === (isFile ? 'file' : 'node');
}
