declare module 'parse-prometheus-text-format' {
  /** Values stay strings. */
  interface Family {
    readonly name: string;
    readonly help: string;
    readonly type: string;
    readonly metrics: ReadonlyArray<{ readonly value: string; readonly labels?: Readonly<Record<string, string>> }>;
  }
  function parse(text: string): Family[];
  export = parse;
}
