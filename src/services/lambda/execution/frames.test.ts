import assert from "node:assert/strict";
import { test } from "node:test";
import { frameReader, lineReader } from "./frames.ts";

test("lines are messages, however they come, and the last one waits for its end", () => {
  const messages: string[] = [];
  const reader = lineReader((text) => messages.push(text));
  for (const chunk of ["on", "e\ntwo\r\n\nth", "ree"]) reader.write(Buffer.from(chunk));
  assert.deepEqual(messages, ["one", "two", ""]);
  reader.flush();
  assert.deepEqual(messages, ["one", "two", "", "three"]);
});

test("frames are whole messages with their newlines, however they are cut", () => {
  const messages: string[] = [];
  const reader = frameReader((text) => messages.push(text));
  const frame = (text: string) => {
    const head = Buffer.alloc(16);
    head.writeUInt32BE(0xa55a0003, 0);
    head.writeUInt32BE(Buffer.byteLength(text), 4);
    return Buffer.concat([head, Buffer.from(text)]);
  };
  const bytes = Buffer.concat([frame("a\nb"), frame("ü"), frame("c")]);
  for (let at = 0; at < bytes.length; at += 7) reader.write(bytes.subarray(at, at + 7));
  assert.deepEqual(messages, ["a\nb", "ü", "c"]);
});
