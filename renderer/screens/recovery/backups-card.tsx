export function BackupsCard(): null {
  return null;
}
