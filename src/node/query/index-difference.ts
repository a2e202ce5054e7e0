/** The index contradicts the chain. The read that meets it has the index made from the chain again. */
export class IndexDifference extends Error {
  constructor(what: string) {
    super(what);
    this.name = 'IndexDifference';
  }
}
