/** `0x12345678…`: enough to find a proposal in a list. */
export function shortProposal(id: string): string {
  return `${id.slice(0, 10)}…`;
}
