import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, suite, test } from "node:test";
import { ListBucketsCommand, S3Client } from "@aws-sdk/client-s3";
import type { Cloud } from "../../src/index.ts";
import { clientOptions } from "../cloud.ts";
import { watchedCloud } from "../watched-cloud.ts";

const NAVIGATES = { "sec-fetch-mode": "navigate", "sec-fetch-site": "none", "sec-fetch-dest": "document" };
const BROWSER = { "user-agent": "Mozilla/5.0", accept: "text/html,application/xhtml+xml" };

suite("where the dashboard is served", () => {
  let cloud: Cloud;
  before(async () => {
    cloud = await watchedCloud({}, folder());
  });
  after(() => cloud.stop());

  test("a browser that navigates to the address has the page, and so has everybody at /_squall/ui", async () => {
    for (const [path, headers] of [
      ["/", { ...BROWSER, ...NAVIGATES }],
      ["/", BROWSER],
      ["/_squall/ui", {}],
      ["/_squall/ui/", {}],
    ] as const) {
      const { status, text } = await get(path, headers);
      assert.equal(status, 200, path);
      assert.match(text, /the page/, path);
    }
  });

  test("S3's ListBuckets has the same path, and is answered as ever", async () => {
    const client = new S3Client({ ...clientOptions(cloud), forcePathStyle: true });
    assert.deepEqual((await client.send(new ListBucketsCommand({}))).Buckets ?? [], []);
    client.destroy();
    const { text } = await get("/", { "user-agent": "curl/8.0", accept: "*/*" });
    assert.match(text, /<Code>AccessDenied<\/Code>/);
    const signed =
      "AWS4-HMAC-SHA256 Credential=test/20261128/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0";
    const { text: ofSigned } = await get("/", { accept: "text/html", authorization: signed });
    assert.match(ofSigned, /ListAllMyBucketsResult/);
  });

  test("a fetch by a page, or a query, is no visit", async () => {
    const fetched = await get("/", { ...BROWSER, "sec-fetch-mode": "cors", "sec-fetch-site": "none" });
    assert.equal(fetched.status, 403);
    const asked = await get("/?Action=ListUsers", { ...BROWSER, ...NAVIGATES });
    assert.equal(asked.status, 403);
  });

  test("neither another site's page nor another name has it", async () => {
    const elsewhere = await get("/_squall/ui", { ...NAVIGATES, "sec-fetch-site": "cross-site" });
    assert.equal(elsewhere.status, 403);
    const rebound = await get("/", { ...BROWSER, ...NAVIGATES, host: "evil.example:4566" });
    assert.equal(rebound.status, 403);
    const data = await get("/_squall/calls", { origin: "https://evil.example" });
    assert.equal(data.status, 403);
  });

  test("its policy has no inline script, no foreign address and no frame around it", async () => {
    const { headers } = await get("/_squall/ui", {});
    const policy = String(headers["content-security-policy"]);
    for (const part of [
      "default-src 'none'",
      "script-src 'self'",
      "frame-ancestors 'none'",
      "require-trusted-types-for 'script'",
    ])
      assert.ok(policy.includes(part), part);
    assert.doesNotMatch(policy, /unsafe|https?:|\*/);
    assert.equal(headers["x-content-type-options"], "nosniff");
  });

  test("files are sent as they were compressed, to who takes it so, and are kept", async () => {
    const plain = await get("/_squall/ui/assets/main-1.js", {});
    assert.equal(plain.text, "the script");
    assert.match(String(plain.headers["cache-control"]), /immutable/);
    const brotli = await get("/_squall/ui/assets/main-1.js", { "accept-encoding": "gzip, deflate, br" });
    assert.equal(brotli.headers["content-encoding"], "br");
    assert.equal(brotli.text, "the script, smaller");
    const refused = await get("/_squall/ui/assets/main-1.js", { "accept-encoding": "br;q=0" });
    assert.equal(refused.headers["content-encoding"], undefined);
  });

  test("no path leads out of its folder", async () => {
    for (const path of [
      "/_squall/ui/assets/..%2Findex.html",
      "/_squall/ui/assets/%2e%2e%2findex.html",
      "/_squall/ui/assets/none.js",
    ])
      assert.equal((await get(path, {})).status, 404, path);
  });

  test("what has not been built says what to run", async () => {
    const bare = await watchedCloud({}, join(tmpdir(), "squall-no-such-folder"));
    const { status, text } = await get("/_squall/ui", {}, bare);
    await bare.stop();
    assert.equal(status, 404);
    assert.match(text, /npm run build/);
  });

  test("where a token is wanted, the page is open and what it asks for is not", async () => {
    const guarded = await watchedCloud({ adminToken: "secret" }, folder());
    const page = await get("/_squall/ui", {}, guarded);
    const calls = await get("/_squall/calls", {}, guarded);
    const shown = await get("/_squall/calls", { authorization: "Bearer secret" }, guarded);
    await guarded.stop();
    assert.deepEqual([page.status, calls.status, shown.status], [200, 401, 200]);
  });

  function get(path: string, headers: Readonly<Record<string, string>>, from: Cloud = cloud) {
    return new Promise<{ status: number; text: string; headers: Readonly<Record<string, unknown>> }>(
      (resolve, reject) => {
        const asked = request(
          `${from.url}${path}`,
          { headers: { ...headers }, agent: false, timeout: 30_000 },
          (response) => {
            let text = "";
            response.setEncoding("utf8");
            response.on("data", (chunk) => {
              text += chunk;
            });
            response.on("end", () =>
              resolve({ status: response.statusCode ?? 0, text, headers: response.headers }),
            );
          },
        );
        asked.on("timeout", () => asked.destroy(new Error("No answer.")));
        asked.on("error", reject);
        asked.end();
      },
    );
  }
});

/** As `npm run build` leaves it, but for what is in the files. */
function folder(): string {
  const built = mkdtempSync(join(tmpdir(), "squall-page-"));
  mkdirSync(join(built, "assets"));
  writeFileSync(join(built, "index.html"), "the page");
  writeFileSync(join(built, "assets/main-1.js"), "the script");
  writeFileSync(join(built, "assets/main-1.js.br"), "the script, smaller");
  return built;
}
