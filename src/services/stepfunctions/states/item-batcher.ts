import { LanguageError } from "../language/failure.ts";
import { isObject, type Json } from "../language/json.ts";
import type { Payload } from "../language/payload.ts";
import type { MapItem } from "../map-run.ts";
import type { Visit } from "../run/visit.ts";

/** The most that a child can be given. */
const MOST_BYTES = 262_144;

/** Items put together as ItemBatcher says: https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itembatcher.html */
export async function batched(visit: Visit, inputs: readonly Payload[]): Promise<MapItem[]> {
  const { BatchInput } = visit.state.ItemBatcher ?? {};
  const most = (await limitOf(visit, "MaxItemsPerBatch")) ?? Number.POSITIVE_INFINITY;
  const mostBytes = Math.min((await limitOf(visit, "MaxInputBytesPerBatch")) ?? MOST_BYTES, MOST_BYTES);
  const input =
    BatchInput === undefined
      ? undefined
      : visit.isJsonata
        ? await visit.query(BatchInput, "ItemBatcher/BatchInput")
        : visit.template(BatchInput as Json, visit.afterInputPath().json);
  const around = JSON.stringify({ ...(input !== undefined && { BatchInput: input }), Items: [] }).length;
  const batches: MapItem[] = [];
  let texts: string[] = [];
  let bytes = around;
  const close = () => {
    if (texts.length === 0) return;
    const items = `[${texts.join(",")}]`;
    const text =
      input === undefined ? `{"Items":${items}}` : `{"BatchInput":${JSON.stringify(input)},"Items":${items}}`;
    batches.push({ input: text, items: texts.length });
    texts = [];
    bytes = around;
  };
  for (const { text } of inputs) {
    const length = Buffer.byteLength(text) + 1;
    if (texts.length >= most || bytes + length > mostBytes) close();
    texts.push(text);
    bytes += length;
  }
  close();
  return batches;
}

async function limitOf(
  visit: Visit,
  field: "MaxItemsPerBatch" | "MaxInputBytesPerBatch",
): Promise<number | undefined> {
  const batcher = visit.state.ItemBatcher ?? {};
  const path = batcher[`${field}Path`];
  const given = batcher[field];
  let value: Json | undefined = given;
  if (path !== undefined) value = visit.path(path, visit.afterInputPath().json);
  else if (typeof given === "string" && visit.isJsonata)
    value = await visit.query(given, `ItemBatcher/${field}`);
  if (value === undefined) return undefined;
  const number = typeof value === "string" && /^\d+$/.test(value) ? Number(value) : value;
  if (typeof number !== "number" || !Number.isInteger(number) || number < 1 || isObject(number))
    throw new LanguageError(
      `The ${field}${path === undefined ? "" : "Path"} field refers to value "${typeof value === "string" ? value : JSON.stringify(value)}" which is not a valid integer: ${path ?? given}`,
    );
  return number;
}
