import assert from "node:assert/strict";
import { test } from "node:test";
import { type ContentCoding, codingFor } from "./accept-encoding.ts";

/** As DynamoDB was seen to choose by tests of an implementation of its API that run against it. */
const SEEN: Readonly<[header: string | undefined, coding: ContentCoding | undefined][]> = [
  [undefined, undefined],
  ["", undefined],
  ["identity", undefined],
  ["br, zstd, compress, x-gzip", undefined],
  ["gzip, deflate", "gzip"],
  ["br, identity, deflate, gzip", "deflate"],
  ["GZIP, identity", "gzip"],
  ["dog, gzip ,, cat", "gzip"],
  ["gzip;q=0.8, deflate;q=0.5", "gzip"],
  ["br, gzip;q=0, deflate; q = 0.5 , identity;q=0", "deflate"],
  ["deflate;q=0.5, gzip;q=0.2", "deflate"],
  ["*", "gzip"],
  ["*, deflate", "deflate"],
  ["*, deflate;q=0.5", "gzip"],
  ["*, gzip;q=0.5", "deflate"],
  ["*;q=0.5,identity", "gzip"],
  ["*;q=0", undefined],
  ["br;q=0.8,identity;q=0.5,*;q=0", undefined],
  ["gzip ;q=0", undefined],
  ["gzip;q=0.5,identity;q=0.8", "gzip"],
  ["br,identity;q=0.5,gzip;q=0.0001", "gzip"],
  ['"gzip"', undefined],
  ["gzip br", undefined],
  ["gzip:q=1", undefined],
  ["gzip;q=31,deflate;q=51", "gzip"],
  ["deflate;q=0.5, gzip;q=1;q=0.2", "gzip"],
  ["deflate;q=0.5,gzip;q=0.", "deflate"],
  ["deflate;q=0.5,gzip;q=0.x", "gzip"],
  ["deflate;q=-0.5,gzip;q=0.2", "gzip"],
  ["gzip;nq=1;q=0 ", undefined],
  ["gzip;q=0, gzip;q=1, gzip;q=0", "gzip"],
];

test("a client gets the coding that it prefers, as DynamoDB reads its header", () => {
  for (const [header, coding] of SEEN) assert.equal(codingFor(header, ["gzip", "deflate"]), coding, header);
});
