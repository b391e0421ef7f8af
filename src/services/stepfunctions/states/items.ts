import { LanguageError, QueryError } from "../language/failure.ts";
import { isObject, type Json, type JsonObject } from "../language/json.ts";
import { expressionIn } from "../language/jsonata.ts";
import { Payload } from "../language/payload.ts";
import type { Visit } from "../run/visit.ts";
import { typeOf } from "./choice.ts";

/** What a Map goes over: an array's items, or an object's members. */
export type Items = readonly Json[] | JsonObject;

export interface Item {
  readonly value: Json;
  /** The name of an object's member. */
  readonly key?: string;
}

export const isItems = (value: Json | undefined): value is Items => Array.isArray(value) || isObject(value);

/** https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itemspath.html: an iteration for each item, or for each key-value pair */
export const entriesOf = (items: Items): readonly Item[] =>
  Array.isArray(items)
    ? (items as readonly Json[]).map((value) => ({ value }))
    : Object.entries(items).map(([key, value]) => ({ key, value }));

/** The items that a Map works on. */
export function itemsOf(visit: Visit): Items | Promise<Items> {
  if (visit.isJsonata) return queriedItems(visit);
  const input = visit.afterInputPath();
  const { ItemsPath } = visit.state;
  const items = ItemsPath === undefined ? input.json : visit.path(ItemsPath, input.json);
  visit.run.bench?.note("afterItemsPath", items);
  if (!isItems(items)) throw new LanguageError(`Reference path "${ItemsPath ?? "$"}" must point to array.`);
  return items;
}

async function queriedItems(visit: Visit): Promise<Items> {
  const { Items } = visit.state;
  if (Items === undefined) {
    const input = visit.input.json;
    if (isItems(input)) return input;
    throw new QueryError(`Map state input must be an array but was: ${JSON.stringify(input)}`);
  }
  const items = await visit.query(Items, "Items");
  visit.run.bench?.note("afterItemsPath", items);
  if (isItems(items)) return items;
  throw new QueryError(
    `The JSONata expression '${expressionIn(Items) ?? JSON.stringify(Items)}' specified for the field 'Items' returned an unexpected result type. Expected 'array', but was '${typeOf(items)}' for value: ${JSON.stringify(items)}`,
    "Items",
  );
}

/** What the states of a Map get of an item: the item, or what ItemSelector (once Parameters) makes of it. */
export async function selectItem(visit: Visit, { key, value }: Item, index: number): Promise<Payload> {
  const { ItemSelector, Parameters } = visit.state;
  const selector = ItemSelector ?? Parameters;
  if (selector === undefined) return Payload.of(key === undefined ? value : { Key: key, Value: value });
  const item = { index, value, ...(key !== undefined && { key }) };
  if (visit.isJsonata) return Payload.of(await visit.forItem(item).query(selector, "ItemSelector"));
  return Payload.of(visit.forItem(item).template(selector, visit.afterInputPath().json));
}
