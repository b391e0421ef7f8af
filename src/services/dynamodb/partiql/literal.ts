import { type AttributeValue, admit, type Item, setAttribute } from "../attribute-value.ts";
import { invalid } from "../errors.ts";
import { wrong } from "./lexer.ts";
import type { TokenReader } from "./token-reader.ts";

/** Does a literal or a parameter come next? */
export function startsLiteral(reader: TokenReader): boolean {
  const { kind, text } = reader.next;
  if (kind === "string" || kind === "number") return true;
  if (kind === "symbol") return text === "?" || text === "{" || text === "[" || text === "<<";
  return kind === "word" && /^(?:true|false|null)$/i.test(text);
}

/** `'text'`, `12`, `true`, `null`, `[…]`, `{'name': …}`, `<<…>>` or `?`. */
export function parseLiteral(reader: TokenReader): AttributeValue {
  return admit(literal(reader)).normal;
}

function literal(reader: TokenReader): AttributeValue {
  const token = reader.take();
  switch (token.kind) {
    case "string":
      return { S: token.text };
    case "number":
      return { N: token.text };
    case "word":
      if (/^true$/i.test(token.text)) return { BOOL: true };
      if (/^false$/i.test(token.text)) return { BOOL: false };
      if (/^null$/i.test(token.text)) return { NULL: true };
      break;
    case "symbol":
      if (token.text === "?") return reader.parameter();
      if (token.text === "[") return { L: members(reader, "]") };
      if (token.text === "<<") return setOf(members(reader, ">>"));
      if (token.text === "{") return { M: tuple(reader) };
      break;
  }
  throw wrong(token);
}

function members(reader: TokenReader, end: string): AttributeValue[] {
  const values: AttributeValue[] = [];
  if (reader.accept(end)) return values;
  do values.push(reader.nested(() => literal(reader)));
  while (reader.accept(","));
  reader.expect(end);
  return values;
}

/** `{'name': value, …}` */
function tuple(reader: TokenReader): Item {
  const item: Item = {};
  if (reader.accept("}")) return item;
  do {
    if (reader.next.kind !== "string" && reader.next.kind !== "quoted") throw wrong(reader.next);
    const { text } = reader.take();
    reader.expect(":");
    setAttribute(
      item,
      text,
      reader.nested(() => literal(reader)),
    );
  } while (reader.accept(","));
  reader.expect("}");
  return item;
}

const areAll = <T>(parts: (T | undefined)[]): parts is T[] => parts.every((part) => part !== undefined);

function setOf(values: readonly AttributeValue[]): AttributeValue {
  const [SS, NS, BS] = [values.map(({ S }) => S), values.map(({ N }) => N), values.map(({ B }) => B)];
  if (areAll(SS)) return { SS };
  if (areAll(NS)) return { NS };
  if (areAll(BS)) return { BS };
  throw invalid("Members of a set must be strings, numbers or binaries, all of one type");
}
