import assert from "node:assert/strict";
import { test } from "node:test";
import { MAX_DEPTH } from "./limits.ts";
import { parseXml, type XmlElement } from "./xml-parser.ts";

/** An element as nested lists: name, attributes, text, children. */
const shown = ({ name, attributes, text, children }: XmlElement): unknown[] => [
  name,
  Object.fromEntries(attributes),
  text,
  ...children.map(shown),
];

const DOCUMENTS: readonly [string, unknown[]][] = [
  ["<a/>", ["a", {}, ""]],
  ['\ufeff<?xml version="1.0" encoding="UTF-8"?>\n<!-- c --><a></a>\n<!-- d -->', ["a", {}, ""]],
  ["<a> x <b/> y </a>", ["a", {}, " x  y ", ["b", {}, ""]]],
  ["<n:a xmlns:n='u' n:x=\"1\" y = '2'>t</n:a >", ["a", { "xmlns:n": "u", "n:x": "1", y: "2" }, "t"]],
  ["<a>&lt;&gt;&amp;&quot;&apos;&#65;&#x1f600;&none;&</a>", ["a", {}, "<>&\"'A😀&none;&"]],
  ["<a b='&lt;&#10;'/>", ["a", { b: "<\n" }, ""]],
  ["<a>1<![CDATA[<b>&amp;]]>2<!-- x -->3<?p x?>4</a>", ["a", {}, "1<b>&amp;234"]],
  ["<a><b>1</b><b>2</b></a>", ["a", {}, "", ["b", {}, "1"], ["b", {}, "2"]]],
  ["<__proto__><constructor/></__proto__>", ["__proto__", {}, "", ["constructor", {}, ""]]],
  ["<é-1.2>ü</é-1.2>", ["é-1.2", {}, "ü"]],
];

for (const [text, element] of DOCUMENTS) {
  test(`${text} is read`, () => assert.deepEqual(shown(parseXml(text)), element));
}

for (const text of [
  "",
  "x",
  "<a>",
  "<a></b>",
  "<a></a></a>",
  "<a/><b/>",
  "<a/>x",
  "x<a/>",
  "<a b/>",
  "<a b=c/>",
  "<a b='1' b='2'/>",
  "<a b='<'/>",
  "<a b='1'c='2'/>",
  "< a/>",
  "<1/>",
  "<a",
  "<a b='",
  "</a>",
  "<a></a/>",
  "<a><!-- </a>",
  "<a><!-- -- --></a>",
  "<a><![CDATA[ </a>",
  "<![CDATA[x]]><a/>",
  "<a><? </a>",
  "<!DOCTYPE a><a/>",
  "<!ENTITY x 'y'><a/>",
  "<a><!ENTITY x 'y'></a>",
  "<a>&#x110000;</a>",
  `${"<a>".repeat(MAX_DEPTH + 2)}${"</a>".repeat(MAX_DEPTH + 2)}`,
  `<a>${"<b/>".repeat(200_000)}</a>`,
]) {
  test(`${text.slice(0, 40)} is malformed`, () => {
    assert.throws(() => parseXml(text), { code: "MalformedXML" });
  });
}

test("elements nest up to a limit", () => {
  assert.equal(parseXml(`${"<a>".repeat(MAX_DEPTH + 1)}${"</a>".repeat(MAX_DEPTH + 1)}`).name, "a");
});
