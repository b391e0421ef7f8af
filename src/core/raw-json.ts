/** Text that `JSON.stringify` takes as it is; TypeScript does not know it yet. */
export interface RawJson {
  readonly rawJSON: string;
}

const raw = JSON as unknown as {
  rawJSON(text: string): RawJson;
  isRawJSON(value: unknown): value is RawJson;
};

/** A number as it is to be written: `30.0`, or one that none of JavaScript's holds. */
export const rawJson = (text: string): unknown => raw.rawJSON(text);

export const isRawJson = (value: unknown): value is RawJson => raw.isRawJSON(value);

/** The nearest of JavaScript's numbers to one that is written otherwise; undefined for anything else. */
export const rawNumber = (value: unknown): number | undefined =>
  isRawJson(value) ? Number(value.rawJSON) : undefined;
