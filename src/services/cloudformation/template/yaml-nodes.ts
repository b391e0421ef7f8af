import { isAlias, isMap, isNode, isScalar, isSeq, LineCounter, type Node, parseDocument } from "yaml";
import { setOwn } from "../../../core/own.ts";
import type { Value, Values } from "../sam/value.ts";

/** Functions that have a short form in YAML. https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html */
const SHORT = new Set(
  "And Base64 Cidr Equals FindInMap ForEach GetAZs GetAtt GetStackOutput If ImportValue Join Length Not Or Select Split Sub ToJsonString Transform".split(
    " ",
  ),
);
/** Names that stand for themselves, without `Fn::`. */
const PLAIN = new Set(["Ref", "Condition"]);

/** Nodes that aliases may bring into a template, and how deep nodes may lie. */
const MOST_ALIASED = 50_000;
export const DEEPEST = 200;

/** The text is no template's YAML; the message says why. */
export class Malformed extends Error {}

/** A template's YAML, its short forms written out. @throws Malformed */
export function fromYaml(text: string): Value {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    schema: "yaml-1.1",
    merge: false,
    lineCounter: lines,
    prettyErrors: false,
    uniqueKeys: false,
  });
  const [error] = document.errors;
  if (error) {
    const { line, col } = lines.linePos(error.pos[0]);
    throw new Malformed(`YAML not well-formed. (line ${line}, column ${col})`);
  }
  // An alias means the node that had its name last. The library looks through the whole document for each of them.
  const anchors = new Map<string, Node>();
  let aliases = 0;
  let aliased = 0;
  const valueAt = (node: unknown, depth: number): Value => {
    if (depth > DEEPEST || (aliases > 0 && ++aliased > MOST_ALIASED))
      throw new Malformed("The template is nested too deeply.");
    if (isAlias(node)) {
      aliases++;
      const value = valueAt(anchors.get(node.source), depth + 1);
      aliases--;
      return value;
    }
    if (isNode(node) && node.anchor && aliases === 0) anchors.set(node.anchor, node);
    if (isScalar(node)) return shortForm(node, scalarOf(node));
    if (isSeq(node))
      return shortForm(
        node,
        node.items.map((item) => valueAt(item, depth + 1)),
      );
    if (!isMap(node)) return null;
    const map: Values = {};
    for (const { key, value } of node.items)
      setOwn(map, isScalar(key) ? (key.source ?? String(key.value)) : String(key), valueAt(value, depth + 1));
    return shortForm(node, map);
  };
  return valueAt(document.contents, 0);
}

/** Booleans of YAML 1.1 that AWS takes for texts: DynamoDB's `AttributeType: N` stands in templates without quotes. */
const LETTER = /^[yYnN]$/;

/** A number as templates mean it: `0123` and `1:30` are texts, as dates are. */
function scalarOf({ value, source, type }: { value: unknown; source?: string; type?: unknown }): Value {
  if (value === null || value === undefined) return type === "PLAIN" || !source ? null : source;
  if (typeof value === "number")
    return /^[-+]?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?$/.test(source ?? "") && isExact(value, source!)
      ? value
      : (source ?? value);
  if (typeof value === "boolean") return LETTER.test(source ?? "") ? source! : value;
  if (typeof value === "string") return value;
  return source ?? String(value);
}

const isExact = (value: number, source: string): boolean =>
  !Number.isInteger(value) || Number.isSafeInteger(value) || !/^[-+]?\d+$/.test(source);

function shortForm(node: Node, value: Value): Value {
  const { tag } = node;
  if (!tag?.startsWith("!") || tag.startsWith("!!")) return value;
  const name = tag.slice(1);
  if (PLAIN.has(name)) return { [name]: value };
  if (!SHORT.has(name)) throw new Malformed(`YAML not well-formed. Unknown tag ${tag}`);
  if (name !== "GetAtt" || typeof value !== "string") return { [`Fn::${name}`]: value };
  const dot = value.indexOf(".");
  return { "Fn::GetAtt": dot < 0 ? [value] : [value.slice(0, dot), value.slice(dot + 1)] };
}
