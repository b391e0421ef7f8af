import assert from "node:assert/strict";
import { deploy } from "./deploy.ts";

/**
 * What an ordinary test of the application does: deploy it, order something, expect that it is taken. An application on
 * a telephone tries again when it hears of a failure.
 */
const url = await deploy(process.argv[2] ?? "planted");
const response = await tried(3, () =>
  fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", "idempotency-key": "order-1" },
    body: JSON.stringify({ customer: "ada", skus: ["tea", "cup"] }),
  }),
);
assert.ok(response.ok, `the order is answered with ${response.status}`);

async function tried(times: number, call: () => Promise<Response>): Promise<Response> {
  for (let n = 1; ; n++) {
    try {
      const response = await call();
      const mayBeTriedAgain = response.status >= 500 || response.status === 429;
      if (!mayBeTriedAgain || n === times) return response;
    } catch (error) {
      // The connection broke: perhaps the order was taken.
      if (n === times) throw error;
    }
  }
}
