import assert from "node:assert/strict";
import { test } from "node:test";
import { Routes } from "./route.ts";

/** Routes of paths with all methods, or with those behind a colon: `/a:GET,PUT`. */
function routes(...specs: string[]): Routes<{ path: string; methods: Record<string, unknown> }> {
  const resources = specs.map((spec) => {
    const [path = "", methods = "ANY"] = spec.split(":");
    const named: Record<string, unknown> = Object.fromEntries(
      methods.split(",").map((method) => [method, {}]),
    );
    return { path, methods: named };
  });
  return new Routes(resources, (resource) => resource.methods);
}

function match(table: ReturnType<typeof routes>, path: string, method = "GET") {
  const found = table.match(method, path);
  return found && [found.resource.path, found.method, found.pathParameters];
}

test("a literal beats a variable, a variable a greedy one", () => {
  const table = routes("/", "/pets", "/pets/{id}", "/pets/{proxy+}", "/pets/dog", "/{all+}");
  assert.deepEqual(match(table, "/"), ["/", "ANY", {}]);
  assert.deepEqual(match(table, "/pets/dog"), ["/pets/dog", "ANY", {}]);
  assert.deepEqual(match(table, "/pets/7"), ["/pets/{id}", "ANY", { id: "7" }]);
  assert.deepEqual(match(table, "/pets/7/toys"), ["/pets/{proxy+}", "ANY", { proxy: "7/toys" }]);
  assert.deepEqual(match(table, "/cats/7"), ["/{all+}", "ANY", { all: "cats/7" }]);
});

test("a dead end is left for the next best way", () => {
  const table = routes("/a/{x}/c", "/a/b", "/{rest+}");
  assert.deepEqual(match(table, "/a/b/c"), ["/a/{x}/c", "ANY", { x: "b" }]);
  assert.deepEqual(match(table, "/a/b/d"), ["/{rest+}", "ANY", { rest: "a/b/d" }]);
});

test("a method's own name beats ANY; a path without the method is passed over", () => {
  const table = routes("/a:GET", "/b:ANY,PUT", "/{rest+}:POST");
  assert.deepEqual(match(table, "/b", "PUT"), ["/b", "PUT", {}]);
  assert.deepEqual(match(table, "/b", "GET"), ["/b", "ANY", {}]);
  assert.deepEqual(match(table, "/a", "POST"), ["/{rest+}", "POST", { rest: "a" }]);
  assert.equal(match(table, "/a", "PUT"), undefined);
});

test("variables are decoded, a slash at the end does not count, a greedy variable wants something", () => {
  const table = routes("/a/{x}", "/b/{rest+}");
  assert.deepEqual(match(table, "/a/1%202%2F3"), ["/a/{x}", "ANY", { x: "1 2/3" }]);
  assert.deepEqual(match(table, "/a/1/"), ["/a/{x}", "ANY", { x: "1" }]);
  assert.deepEqual(match(table, "/a/%E0%A4%A"), ["/a/{x}", "ANY", { x: "%E0%A4%A" }]);
  assert.equal(match(table, "/b"), undefined);
});
