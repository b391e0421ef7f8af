import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { test } from "node:test";
import { loadModel } from "../models/model.ts";
import { compilePattern } from "./patterns.ts";

test("a pattern holds for the whole value", () => {
  assert.equal(compilePattern("[a-z]+")!.test("abc"), true);
  assert.equal(compilePattern("[a-z]+")!.test("abc1"), false);
  assert.equal(compilePattern("a|b")!.test("ac"), false);
});

test("what only Java knows is translated", () => {
  assert.equal(compilePattern("[\\p{Alnum}_]+")!.test("aZ9_"), true);
  assert.equal(compilePattern("\\p{Alnum}+")!.test("a-b"), false);
  assert.equal(compilePattern("(?s).*")!.test("a\nb"), true);
  assert.equal(compilePattern("a++b")!.test("aab"), true);
  assert.equal(compilePattern("[\\p{L}\\p{Z}]+")!.test("ü ß"), true);
});

test("every pattern of every model compiles", () => {
  const folder = new URL("../models/generated/", import.meta.url);
  const services = readdirSync(folder)
    // A model has its types beside it; where AWS's endpoints are is no model.
    .filter((name) => name.endsWith(".ts"))
    .map((name) => name.slice(0, -3));
  assert.ok(services.length > 20);
  for (const service of services) {
    for (const [name, { pattern }] of Object.entries(loadModel(service)!.shapes)) {
      if (pattern !== undefined) assert.ok(compilePattern(pattern), `${service} ${name}: ${pattern}`);
    }
  }
});

test("where FIS's model says less than its own examples, the examples hold", () => {
  const name = compilePattern("[\\S]+")!;
  assert.ok(name.test("Test action 1"));
  assert.ok(!name.test("  "));
  const parameter = compilePattern("^[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+$")!;
  assert.ok(parameter.test("us-east-1a,us-east-1b"));
  assert.ok(!parameter.test("a;b"));
});
