"use strict";
const { relative } = require("node:path");
const { afterEach, beforeEach, expect } = require("@jest/globals");
const { accountOf, leadTo, Scope } = require("./scope.cjs");

const CURRENT = Symbol.for("squall.scope");
let restore;

beforeEach(() => {
  const { url, salt } = JSON.parse(process.env["SQUALL_JEST"]);
  const { testPath, currentTestName } = expect.getState();
  const name = `${relative(process.cwd(), testPath)} > ${currentTestName}`;
  const scope = new Scope(url, accountOf(name, salt));
  globalThis[CURRENT] = scope;
  restore = leadTo(scope);
});

afterEach(async () => {
  const scope = globalThis[CURRENT];
  globalThis[CURRENT] = undefined;
  restore();
  await scope.close();
});
