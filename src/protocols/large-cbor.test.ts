import assert from "node:assert/strict";
import { test } from "node:test";
import { encode, Tagged } from "cborg";
import { AwsError } from "../core/aws-error.ts";
import { atOnce, isLarge } from "../core/unhurried.ts";
import { parseCbor } from "./cbor.ts";
import { parseLargeCbor } from "./large-cbor.ts";

const parsed = (body: Uint8Array) => atOnce(parseLargeCbor(body, parseCbor));
const bytes = (...given: number[]) => Uint8Array.from(given);

const BODIES: Readonly<Record<string, Uint8Array>> = {
  "a number": encode(1),
  "numbers of all sizes": encode([
    0,
    23,
    24,
    255,
    256,
    65_536,
    2 ** 32,
    2 ** 53 - 1,
    2n ** 63n,
    -1,
    -25,
    -300,
  ]),
  doubles: encode([1.5, -0.1, 1e300, Number.POSITIVE_INFINITY]),
  "texts, bytes and simple values": encode({
    a: "é😀",
    b: bytes(1, 2, 3),
    c: true,
    d: false,
    e: null,
    f: undefined,
  }),
  "lists in lists": encode(Array(3000).fill([[1, [2, [3, []]]], "x".repeat(20), {}])),
  "objects in objects": encode(
    Object.fromEntries(Array.from({ length: 8000 }, (_, at) => [`k${at}`, { a: { b: [at] } }])),
  ),
  "a tagged time": encode({ at: new Tagged(1, 1.5), list: [new Tagged(1, 7)] }),
  "open lists, maps and strings": bytes(
    0xbf,
    0x61,
    0x61,
    0x9f,
    1,
    2,
    0xff,
    0x61,
    0x62,
    0x7f,
    0x61,
    0x63,
    0x61,
    0x64,
    0xff,
    0x61,
    0x65,
    0x5f,
    0x41,
    9,
    0xff,
    0xff,
  ),
  "an empty open map": bytes(0xbf, 0xff),
  "a big integer": bytes(0xc2, 0x42, 1, 0),
};

for (const [name, body] of Object.entries(BODIES)) {
  test(`${name}: what is read with pauses is what is read at once`, () => {
    assert.deepEqual(parsed(body), parseCbor(body));
  });
}

const BROKEN: Readonly<Record<string, Uint8Array>> = {
  "a list that ends early": bytes(0x82, 1),
  "a map without its value": bytes(0xa1, 0x61, 0x61),
  "a map whose key is a number": bytes(0xa1, 1, 1),
  "an open map that ends behind a key": bytes(0xbf, 0x61, 0x61, 0xff),
  "a break in a list that says its length": bytes(0x82, 1, 0xff),
  "a break alone": bytes(0xff),
  "a text longer than the body": bytes(0x7b, 0, 0, 0, 1, 0, 0, 0, 0),
  "a list of a billion items": bytes(0x9b, 0, 0, 0, 0, 0x3b, 0x9a, 0xca, 0),
  "more behind it": bytes(1, 2),
  "a piece of another kind": bytes(0x5f, 0x61, 0x61, 0xff),
  "a reserved length": bytes(0x9c, 0),
  "levels without end": new Uint8Array(100_000).fill(0x81),
  "tags without end": new Uint8Array(100_000).fill(0xc1),
};

for (const [name, body] of Object.entries(BROKEN)) {
  test(`${name} is refused, at once and with pauses`, () => {
    for (const read of [parsed, parseCbor])
      assert.throws(
        () => read(body),
        (error) => error instanceof AwsError && error.code === "SerializationException",
      );
  });
}

test("__proto__ is a key like others", () => {
  const value = parsed(encode(JSON.parse('{"__proto__": {"polluted": true}, "constructor": 1}')));
  assert.deepEqual(
    Object.keys(value as object),
    ["__proto__", "constructor"].sort((a, b) => a.length - b.length),
  );
  assert.equal(Object.getPrototypeOf(value), Object.prototype);
  assert.equal(({} as Record<string, unknown>)["polluted"], undefined);
});

test("what holds much is marked as large, what holds little is not", () => {
  const value = parsed(encode({ much: Array(100_000).fill(1), little: [1] })) as Record<string, object>;
  assert.ok(isLarge(value));
  assert.ok(isLarge(value["much"]));
  assert.ok(!isLarge(value["little"]));
});
