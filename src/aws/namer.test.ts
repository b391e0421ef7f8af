import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { ArnTemplate } from "./arn-template.ts";
import { literally, type NamedBy, Namer } from "./namer.ts";

const TEMPLATE = new ArnTemplate("arn:{partition}:box:{region}:{account}:box/{BoxName}/{Lid}");
const NAMED_BY: NamedBy = {
  BoxName: true,
  BoxNames: "BoxName",
  "Boxes[].BoxName": true,
  Lid: "Lid",
  Label: literally("BoxName"),
  Note: (text, _, input) => (text === "" ? undefined : { BoxName: text, Lid: String(input["Lid"] ?? "n") }),
};
const DEFAULTS = { Lid: "none" };
const namer = () => new Namer(TEMPLATE, NAMED_BY, DEFAULTS);

const name = fc.constantFrom("a", "b", "", "arn:aws:box:eu-west-1:111122223333:box/c/d", "arn:aws:other");
const input = fc.record(
  { BoxName: name, Lid: name, Label: name, Note: name, Boxes: fc.array(fc.record({ BoxName: name })) },
  { requiredKeys: [] },
);
const place = fc.record({
  account: fc.constantFrom("000000000000", "111122223333"),
  region: fc.constantFrom("us-east-1", "cn-north-1"),
});

test("what an input names does not hang on what was asked before", () => {
  const old = namer();
  fc.assert(
    fc.property(input, place, (input, place) => {
      assert.deepEqual(old.named(input, place), namer().named(input, place));
    }),
    { endOnFailure: true },
  );
});

test("members name in the order of the declaration, whichever an input has first", () => {
  const place = { account: "000000000000", region: "us-east-1" };
  const arn = (box: string) => `arn:aws:box:us-east-1:000000000000:box/${box}/none`;
  assert.deepEqual(namer().named({ Boxes: [{ BoxName: "b" }], BoxName: "a" }, place), [arn("a"), arn("b")]);
  assert.deepEqual(namer().named({ Label: "arn:aws:other" }, place), [arn("arn:aws:other")]);
  assert.deepEqual(namer().named({ Weight: "a" }, place), []);
});
