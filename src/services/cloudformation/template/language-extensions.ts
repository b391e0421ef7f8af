import { templateTooLarge, validationError } from "../errors.ts";
import { isMap, type Value, type Values } from "../sam/value.ts";

const failed = (message: string) =>
  validationError(`Transform AWS::LanguageExtensions failed with: ${message}`);

const FOR_EACH = /^Fn::ForEach::[a-zA-Z0-9]+$/;
/** How often all loops of a template may go round: it may have 500 resources, with loops within them. */
const MOST_MADE = 4000;
/** What they may make in all, in characters: more than a template may have, since loops in loops are written out twice. */
const MOST_CHARACTERS = 2 * 1024 * 1024;

/**
 * Loops written out. https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-foreach.html
 * @param itemsOf evaluates a loop's collection where it is no list of texts
 */
export function unrolled(template: Values, itemsOf: (collection: Value) => Value | undefined): Values {
  let made = 0;
  let characters = 0;
  const visit = (value: Value): Value => {
    if (Array.isArray(value)) return value.map(visit);
    if (!isMap(value)) return value;
    const map: Values = {};
    for (const [name, member] of Object.entries(value)) {
      if (FOR_EACH.test(name)) Object.assign(map, loop(member));
      else map[name] = visit(member);
    }
    return map;
  };
  const loop = (argument: Value): Values => {
    if (
      !Array.isArray(argument) ||
      argument.length !== 3 ||
      typeof argument[0] !== "string" ||
      !isMap(argument[2])
    )
      throw failed("Fn::ForEach layout is incorrect");
    const [identifier, collection, body] = argument as [string, Value, Values];
    const items = Array.isArray(collection)
      ? collection.flatMap((item) => itemsOf(item) ?? [])
      : itemsOf(collection);
    if (!Array.isArray(items)) throw failed("Fn::ForEach layout is incorrect");
    const map: Values = {};
    const bodyCharacters = JSON.stringify(body).length;
    for (const item of items) {
      characters += bodyCharacters;
      if (++made > MOST_MADE || characters > MOST_CHARACTERS) throw templateTooLarge();
      const written = visit(withItem(body, identifier, String(item))) as Values;
      for (const [name, member] of Object.entries(written)) {
        if (Object.hasOwn(map, name)) throw failed(`Fn::ForEach makes ${name} twice`);
        map[name] = member;
      }
    }
    return map;
  };
  return visit(template) as Values;
}

function withItem(value: Value, identifier: string, item: string): Value {
  if (typeof value === "string")
    return value
      .replaceAll(`\${${identifier}}`, item)
      .replaceAll(`&{${identifier}}`, item.replace(/[^a-zA-Z0-9]/g, ""));
  if (Array.isArray(value)) return value.map((one) => withItem(one, identifier, item));
  if (!isMap(value)) return value;
  if (value["Ref"] === identifier && Object.keys(value).length === 1) return item;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      String(withItem(name, identifier, item)),
      withItem(member, identifier, item),
    ]),
  );
}

/** Functions of which a processed template has the value, where all that they are told stands there (recorded). */
const WRITTEN: Readonly<Record<string, (argument: Value) => Value | undefined>> = {
  "Fn::Join"(argument) {
    if (!Array.isArray(argument) || argument.length !== 2) return undefined;
    const [delimiter, items] = argument;
    if (typeof delimiter !== "string" || !Array.isArray(items) || items.some(isStructured)) return undefined;
    return items.map(String).join(delimiter);
  },
  "Fn::Length": (argument) =>
    Array.isArray(argument) && !argument.some(isStructured) ? argument.length : undefined,
  "Fn::Sub": (argument) => (typeof argument === "string" && !argument.includes("${") ? argument : undefined),
  "Fn::ToJsonString": (argument) =>
    isStructured(argument) && !asks(argument) ? JSON.stringify(argument) : undefined,
};

/** A template with what is known of its text written out. */
export function written(value: Value): Value {
  if (Array.isArray(value)) return value.map(written);
  if (!isMap(value)) return value;
  const map = Object.fromEntries(Object.entries(value).map(([name, member]) => [name, written(member)]));
  const [[name, argument] = [], ...others] = Object.entries(map);
  if (name === undefined || others.length > 0 || !Object.hasOwn(WRITTEN, name)) return map;
  return WRITTEN[name]?.(argument as Value) ?? map;
}

const isStructured = (value: Value): boolean => typeof value === "object" && value !== null;

/** Does anything in it have to be evaluated? */
function asks(value: Value): boolean {
  if (Array.isArray(value)) return value.some(asks);
  if (!isMap(value)) return false;
  return Object.entries(value).some(
    ([name, member]) => name === "Ref" || name.startsWith("Fn::") || asks(member),
  );
}
