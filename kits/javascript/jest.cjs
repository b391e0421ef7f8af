"use strict";

const CURRENT = Symbol.for("squall.scope");

function squall() {
  const scope = globalThis[CURRENT];
  if (!scope)
    throw new Error(
      'Only a test has a Squall, and only with `preset: "squall/jest"` in the configuration of Jest.',
    );
  return scope;
}

module.exports = { squall };
