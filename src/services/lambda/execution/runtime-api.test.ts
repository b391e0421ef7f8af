import assert from "node:assert/strict";
import { request } from "node:http";
import { test } from "node:test";
import { RuntimeApi } from "./runtime-api.ts";

test("a web page gets nothing from a function's Runtime API", async () => {
  let asked = 0;
  const api = new RuntimeApi({
    next: (response) => {
      asked++;
      response.end("work");
    },
    respond: async () => "unknown",
    fail: () => false,
    initFail: () => void asked++,
    extension: () => false,
  });
  const address = await api.listen();
  const ask = (path: string, headers: Record<string, string>, method = "GET") =>
    new Promise<number>((resolve, reject) => {
      request(`http://${address}/2018-06-01/runtime/${path}`, { method, headers }, (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      })
        .on("error", reject)
        .end();
    });
  try {
    assert.equal(await ask("invocation/next", { host: "rebound.example" }), 403);
    assert.equal(await ask("invocation/next", { "sec-fetch-site": "cross-site" }), 403);
    assert.equal(await ask("invocation/next", { "user-agent": "Mozilla/5.0" }), 403);
    assert.equal(await ask("init/error", { origin: "http://evil.example" }, "POST"), 403);
    assert.equal(asked, 0);
    assert.equal(await ask("invocation/next", {}), 200);
  } finally {
    api.close();
  }
});
