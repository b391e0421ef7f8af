/** What a request says of its input, read without a model: for services that Squall knows by name only. */

import type { HttpRequest } from "../core/http.ts";
import { readJson } from "../core/read-json.ts";
import { parseCbor } from "./cbor.ts";
import { type FormNode, formTree, numbered, parseForm } from "./form.ts";
import { parseXml, type XmlElement } from "./xml-parser.ts";

/** Longer bodies are payload: nothing in them names a resource. */
export const LONGEST_PLAIN_BYTES = 1024 * 1024;

type Input = Readonly<Record<string, unknown>>;

/**
 * Members by the names that they have on the wire, texts as texts: the query string, and a body of JSON, CBOR, XML or a form.
 * What is malformed says nothing: whoever serves it may refuse it.
 */
export function plainInput({ headers, query, body }: HttpRequest): Input {
  try {
    const asked = query === "" ? {} : plainForm(query);
    return { ...asked, ...plainBody(headers, body) };
  } catch {
    return {};
  }
}

function plainBody(headers: HttpRequest["headers"], body: Uint8Array): Input {
  if (body.length === 0 || body.length > LONGEST_PLAIN_BYTES) return {};
  const type = headers["content-type"] ?? "";
  if (type.includes("cbor")) return objectIn(parseCbor(body));
  const text = Buffer.from(body.buffer, body.byteOffset, body.length).toString();
  if (type.startsWith("application/x-www-form-urlencoded")) return plainForm(text);
  if (text.startsWith("{")) return objectIn(readJson(text));
  return text.startsWith("<") ? objectIn(plainXml(parseXml(text))) : {};
}

const objectIn = (value: unknown): Input =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Input) : {};

const plainForm = (text: string): Input => objectIn(plainNode(formTree(parseForm(text))));

/** `Names.member.1`, `Names.1`: a list; everything else below a name: an object. */
function plainNode(node: FormNode): unknown {
  if (node.children === undefined) return node.value;
  const items = numbered(node.children.get("member") ?? node);
  if (items.length > 0) return items.map(plainNode);
  return Object.fromEntries([...node.children].map(([name, child]) => [name, plainNode(child)]));
}

function plainXml({ children, text }: XmlElement): unknown {
  if (children.length === 0) return text;
  return Object.fromEntries(children.map((child) => [child.name, plainXml(child)]));
}
