import { parse } from "yaml";
import { type Read, ReadAhead } from "../../../core/read-ahead.ts";

const ahead = new ReadAhead(new URL(import.meta.url));

/** The task of the other process. */
export function run(text: string): Read {
  try {
    return { value: parse(text, { logLevel: "error" }) };
  } catch (error) {
    return { refusal: (error as Error).message };
  }
}

export const prepareYaml = (text: string): Promise<void> => ahead.prepare(text);

/** @throws Error that says where it is wrong */
export function parseYaml(text: string): unknown {
  const read = ahead.get(text) ?? run(text);
  if ("refusal" in read) throw new Error(read.refusal);
  return read.value;
}
