import { LanguageError, QueryError } from "../language/failure.ts";
import type { Json } from "../language/json.ts";
import { expressionIn } from "../language/jsonata.ts";
import { Payload } from "../language/payload.ts";
import type { Visit } from "../run/visit.ts";
import { typeOf } from "./choice.ts";

/** The items that a Map works on. */
export function itemsOf(visit: Visit): readonly Json[] | Promise<readonly Json[]> {
  if (visit.isJsonata) return queriedItems(visit);
  const input = visit.afterInputPath();
  const { ItemsPath } = visit.state;
  const items = ItemsPath === undefined ? input.json : visit.path(ItemsPath, input.json);
  visit.run.bench?.note("afterItemsPath", items);
  if (!Array.isArray(items))
    throw new LanguageError(`Reference path "${ItemsPath ?? "$"}" must point to array.`);
  return items as readonly Json[];
}

async function queriedItems(visit: Visit): Promise<readonly Json[]> {
  const { Items } = visit.state;
  if (Items === undefined) {
    const input = visit.input.json;
    if (Array.isArray(input)) return input as readonly Json[];
    throw new QueryError(`Map state input must be an array but was: ${JSON.stringify(input)}`);
  }
  const items = await visit.query(Items, "Items");
  visit.run.bench?.note("afterItemsPath", items);
  if (Array.isArray(items)) return items as readonly Json[];
  throw new QueryError(
    `The JSONata expression '${expressionIn(Items) ?? JSON.stringify(Items)}' specified for the field 'Items' returned an unexpected result type. Expected 'array', but was '${typeOf(items)}' for value: ${JSON.stringify(items)}`,
    "Items",
  );
}

/** What the states of a Map get of an item: the item, or what ItemSelector (once Parameters) makes of it. */
export async function selectItem(
  visit: Visit,
  value: Json,
  index: number,
  more: { readonly key?: string; readonly source?: string } = {},
): Promise<Payload> {
  const { ItemSelector, Parameters } = visit.state;
  const selector = ItemSelector ?? Parameters;
  if (selector === undefined) return Payload.of(value);
  const item = { index, value, ...more };
  if (visit.isJsonata) return Payload.of(await visit.forItem(item).query(selector, "ItemSelector"));
  return Payload.of(visit.forItem(item).template(selector, visit.afterInputPath().json));
}
