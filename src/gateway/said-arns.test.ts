import assert from "node:assert/strict";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { maySayArn } from "./said-arns.ts";

const ARN = "arn:aws:dynamodb:us-east-1:000000000000:table/orders";

const request = (body: Uint8Array, headers: Record<string, string> = {}) => ({
  method: "POST",
  path: "/",
  query: "",
  headers,
  body,
});

/** A letter as JSON may write it. */
const spelled = (letter: string, how: "plain" | "lower" | "upper") => {
  const code = letter.charCodeAt(0).toString(16).padStart(4, "0");
  return how === "plain" ? letter : `\\u${how === "upper" ? code.toUpperCase() : code}`;
};

test("an ARN is seen in JSON however it is spelled, and nothing where there is none", () => {
  const way = fc.constantFrom("plain", "lower", "upper");
  fc.assert(
    fc.property(
      fc.array(way, { minLength: 4, maxLength: 4 }),
      fc.json(),
      fc.boolean(),
      (ways, other, isKept) => {
        const start = ways.map((how, at) => spelled(ARN.charAt(at), how)).join("");
        const text = `{"Other": ${other}, "Deep": [{"Name": "${start}${ARN.slice(4)}"}]}`;
        assert.equal(JSON.parse(text).Deep[0].Name, ARN);
        // Bytes that are a part of others.
        const bytes = isKept ? new Uint8Array(Buffer.from(`arn:${text}`)).subarray(4) : Buffer.from(text);
        assert.ok(maySayArn(request(bytes)));
      },
    ),
  );
  assert.equal(maySayArn(request(Buffer.from('{"TableName":"barn","Key":{"id":{"S":"\\"arn\\""}}}'))), false);
  assert.equal(maySayArn(request(new Uint8Array(Buffer.from("arn:{}")).subarray(4))), false);
  assert.equal(maySayArn(request(gzipSync("{}"), { "content-encoding": "gzip" })), true, "one cannot tell");
});
