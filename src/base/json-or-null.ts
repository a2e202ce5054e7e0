/** The value of JSON text; null for what is none, such as a line that a stop cut short. */
export function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
