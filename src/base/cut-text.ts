/** The beginning of a text, of whole characters; what was cut says so. */
export function cutText(text: string, lengthMax: number): string {
  if (text.length <= lengthMax) return text;
  const kept = text.slice(0, lengthMax - 1).toWellFormed();
  return `${kept.replace(/\uFFFD$/, '')}…`;
}
