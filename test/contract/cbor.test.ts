import assert from "node:assert/strict";
import { test } from "node:test";
import { decode as decodeCbor, encode as encodeCbor, Tagged } from "cborg";
import { AwsError } from "../../src/core/aws-error.ts";
import { loadModel } from "../../src/models/model.ts";
import { createProtocol } from "../../src/protocols/protocol.ts";
import { modelOf, requestOf, structure } from "./model.ts";

const members = {
  text: { shape: "String" },
  long: { shape: "Long" },
  double: { shape: "Double" },
  flag: { shape: "Boolean" },
  blob: { shape: "Blob" },
  when: { shape: "Timestamp" },
  list: { shape: "Strings" },
  sparse: { shape: "Sparse" },
  map: { shape: "StringMap" },
};
const codec = createProtocol(
  modelOf("smithy-rpc-v2-cbor", { shapes: { Input: structure(members), Output: structure(members) } }),
);
const requestWith = (body: Uint8Array, path = "/service/Thing/operation/Do") =>
  requestOf({
    path,
    body,
    headers: { "smithy-protocol": "rpc-v2-cbor", "content-type": "application/cbor" },
  });
const decode = (value: unknown) => codec.decode(requestWith(encodeCbor(value))).input;

const TYPED = {
  text: "ü",
  long: 5_000_000_000,
  double: 1.5,
  flag: true,
  blob: new Uint8Array([1, 2]),
  when: new Date("2014-04-29T18:30:38.123Z"),
  list: ["a"],
  sparse: ["a", null],
  map: { k: "v" },
};

test("every kind of value is read", () => {
  assert.deepEqual(decode({ ...TYPED, when: new Tagged(1, 1398796238.123) }), TYPED);
  assert.deepEqual(decode({ text: null, unknown: 1 }), {});
  assert.deepEqual(codec.decode(requestWith(new Uint8Array())).input, {});
  assert.deepEqual(decode({ double: Number.NaN }), { double: Number.NaN });
});

test("lists and texts of open length are read", () => {
  const indefinite = Buffer.from("bf646c6973749f6161ffff", "hex");
  assert.deepEqual(codec.decode(requestWith(indefinite)).input, { list: ["a"] });
});

test("texts and bytes in pieces are put together, at any depth", () => {
  const read = (hex: string) => codec.decode(requestWith(Buffer.from(hex, "hex"))).input;
  assert.deepEqual(read("bf64746578747f6261626163ffff"), { text: "abc" });
  assert.deepEqual(read("a164626c6f625f41014102ff"), { blob: new Uint8Array([1, 2]) });
  assert.deepEqual(read("a1646c697374827f6161ff7fff"), { list: ["a", ""] });
  const long = Array.from({ length: 300 }, () => "6178").join("");
  assert.deepEqual(read(`a164746578747f${long}ff`), { text: "x".repeat(300) });
  for (const broken of [
    "a164746578747f6161",
    "a164746578747f4101ff",
    "a164746578747f7f6161ffff",
    "7f".repeat(1000),
  ]) {
    assert.throws(() => read(broken), { code: "SerializationException" }, broken.slice(0, 40));
  }
});

test("big integers are numbers", () => {
  assert.deepEqual(decode({ long: new Tagged(2, Uint8Array.of(1, 0)) }), { long: 256 });
  assert.deepEqual(decode({ long: new Tagged(3, Uint8Array.of(1, 0)) }), { long: -257 });
});

test("every kind of value is written", () => {
  const response = codec.encodeOutput("Do", TYPED, "r-1");
  assert.deepEqual(response.headers, {
    "x-amzn-requestid": "r-1",
    "smithy-protocol": "rpc-v2-cbor",
    "content-type": "application/cbor",
  });
  const document = decodeCbor(response.body as Uint8Array, { tags: { 1: Tagged.decoder(1) } });
  assert.deepEqual(document, { ...TYPED, when: new Tagged(1, 1398796238.123) });
});

test("wrong types, malformed bodies and unknown operations are refused", () => {
  assert.throws(() => decode({ text: 1 }), { code: "SerializationException" });
  assert.throws(() => decode({ blob: "text" }), { code: "SerializationException" });
  assert.throws(() => decode({ when: "soon" }), { code: "SerializationException" });
  assert.throws(() => decode(["a"]), { code: "SerializationException" });
  for (const bytes of ["ff", "a1", "5bffffffffffffffff", "81".repeat(100_000)]) {
    assert.throws(
      () => codec.decode(requestWith(Buffer.from(bytes, "hex"))),
      { code: "SerializationException" },
      bytes,
    );
  }
  assert.throws(() => codec.decode(requestWith(new Uint8Array(), "/service/Thing/operation/Undo")), {
    code: "UnknownOperationException",
    status: 404,
  });
});

test("an error has its type, its members and the code of the older protocol", () => {
  const cloudwatch = createProtocol(loadModel("cloudwatch")!, "smithy-rpc-v2-cbor");
  const response = cloudwatch.encodeError(new AwsError("DashboardNotFoundError", "No."), "r-1");
  assert.equal(response.status, 404);
  assert.equal(response.headers["x-amzn-query-error"], "ResourceNotFound;Sender");
  assert.deepEqual(decodeCbor(response.body as Uint8Array), {
    __type: "com.amazonaws.cloudwatch.v2010_08_01#DashboardNotFoundError",
    message: "No.",
  });
});
