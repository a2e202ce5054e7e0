/** The next so many values of a stream, which stays open; fewer where it ends. */
export async function take<Value>(values: AsyncGenerator<Value, void>, count: number): Promise<Value[]> {
  const taken: Value[] = [];
  while (taken.length < count) {
    const { value, done } = await values.next();
    if (done === true) break;
    taken.push(value);
  }
  return taken;
}
