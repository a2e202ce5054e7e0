/** The index says otherwise than the chain. Whoever meets it has the index made from the chain again. */
export class IndexDifference extends Error {
  constructor(what: string) {
    super(what);
    this.name = 'IndexDifference';
  }
}
