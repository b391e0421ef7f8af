// What one test has of a Squall: an account of its own. CommonJS, since Jest loads its setup files so; node:http and not fetch,
// since tests take the place of fetch, and jsdom has none.
"use strict";
const { createHash } = require("node:crypto");
const { request } = require("node:http");

const REGION = "us-east-1";
const SECRET = "test";
const PATIENCE_MS = 60_000;
/** What these points strike has no account. */
const WITHOUT_ACCOUNT = /^(?:dns|tls|proxy):/;
/** Each of these could lead a client past Squall, or to somebody's own account. */
const LEADS_AWAY =
  /^AWS_(?:ENDPOINT_URL_.+|(?:DEFAULT_)?PROFILE|SESSION_TOKEN|IGNORE_CONFIGURED_ENDPOINT_URLS|USE_(?:FIPS|DUALSTACK)_ENDPOINT|ROLE_ARN|WEB_IDENTITY_TOKEN_FILE|CONTAINER_CREDENTIALS_.+)$/;

const counts = new Map();

/** An account for what has this name: the same in each run, another each time that it is asked for. */
function accountOf(name, salt = "") {
  const count = counts.get(name) ?? 0;
  counts.set(name, count + 1);
  const digest = createHash("sha256").update(`${salt}${name}#${count}`).digest();
  return String(digest.readBigUInt64BE() % 1_000_000_000_000n).padStart(12, "0");
}

/**
 * @returns the JSON answer of a page of `/_squall`
 * @throws Error with Squall's own words when it refuses, at the line of the test that has asked
 */
async function ask(url, method, page, body) {
  const { status, text } = await exchange(url, method, page, body);
  if (status >= 400) throw new Error(messageOf(text) ?? `${method} ${page} answered ${status}.`);
  return JSON.parse(text);
}

function exchange(url, method, page, body) {
  const token = process.env["SQUALL_ADMIN_TOKEN"];
  const headers = {
    "content-type": "application/json",
    ...(token && { authorization: `Bearer ${token}` }),
  };
  return new Promise((resolve, reject) => {
    const asked = request(new URL(`/_squall/${page}`, url), { method, headers, agent: false }, (answer) => {
      let text = "";
      answer.setEncoding("utf8");
      answer.on("data", (chunk) => {
        text += chunk;
      });
      answer.on("error", reject);
      answer.on("end", () => resolve({ status: answer.statusCode, text }));
    });
    asked.setTimeout(PATIENCE_MS, () => asked.destroy(new Error(`${url} does not answer.`)));
    asked.on("error", reject);
    asked.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

function messageOf(text) {
  try {
    return JSON.parse(text).message;
  } catch {
    return undefined;
  }
}

/** Calls in the order in which they were made. */
class Calls extends Array {
  static get [Symbol.species]() {
    return Array;
  }

  of(service, operation = "*") {
    const [isService, isOperation] = [glob(service), glob(operation)];
    return Calls.from(
      this.filter((call) => isService.test(call.service) && isOperation.test(call.operation)),
    );
  }

  get statuses() {
    return Array.from(this, ({ status }) => status);
  }
}

const glob = (text) => new RegExp(`^${text.replace(/[\\^$.+?()[\]{}|]/g, "\\$&").replaceAll("*", ".*")}$`);

class Scope {
  constructor(url, account) {
    this.url = url;
    this.account = account;
    this.region = REGION;
    const owner = `kit/${account}`;
    const query = `faults?owner=${encodeURIComponent(owner)}`;
    this.faults = {
      add: async (...rules) =>
        (
          await ask(
            url,
            "POST",
            "faults",
            rules.map((rule) => within(rule, account, owner)),
          )
        ).map(({ id }) => id),
      list: async () => (await ask(url, "GET", query)).rules,
      remove: async (id) => void (await ask(url, "DELETE", `faults/${encodeURIComponent(id)}`)),
      clear: async () => void (await ask(url, "DELETE", query)),
    };
  }

  async calls() {
    const { calls } = await ask(this.url, "GET", `calls?limit=10000&account=${this.account}`);
    return Calls.from(calls);
  }

  async retries(assertion = "") {
    const query = new URLSearchParams({ account: this.account, assert: assertion });
    const report = await ask(this.url, "GET", `retries?${query}`);
    if (report.unmet.length > 0) throw new Error(report.unmet.join("; "));
    return report;
  }

  async advance(duration) {
    await ask(this.url, "POST", "clock", { advance: duration });
  }

  async close() {
    await this.faults.clear();
    // All accounts share the names of buckets.
    await ask(this.url, "POST", `release?account=${this.account}`);
  }

  client() {
    return {
      endpoint: this.url,
      region: REGION,
      credentials: { accessKeyId: this.account, secretAccessKey: SECRET },
    };
  }

  environment() {
    return {
      AWS_ENDPOINT_URL: this.url,
      AWS_ACCESS_KEY_ID: this.account,
      AWS_SECRET_ACCESS_KEY: SECRET,
      AWS_REGION: REGION,
      AWS_DEFAULT_REGION: REGION,
      AWS_EC2_METADATA_DISABLED: "true",
    };
  }
}

/** A rule for the calls of one account, unless it names accounts itself. */
function within(rule, account, owner) {
  const names = [rule, rule.match ?? {}].some((fields) => "account" in fields || "accounts" in fields);
  const isForAll = names || WITHOUT_ACCOUNT.test(rule.point ?? "");
  return { owner, ...rule, ...(!isForAll && { account }) };
}

/** Leads clients that look at the environment to a scope. @returns what puts back what was there before */
function leadTo(scope) {
  const away = Object.keys(process.env).filter((name) => LEADS_AWAY.test(name));
  const variables = scope.environment();
  const before = [...away, ...Object.keys(variables)].map((name) => [name, process.env[name]]);
  for (const name of away) delete process.env[name];
  Object.assign(process.env, variables);
  return () => {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  };
}

/** Each call that failed or was tried again, in one line; empty where all went well at once. */
async function storyOf(scope) {
  const { retried } = await scope.retries();
  return retried.map(({ call, attempts }) => `${call} ${attempts.join(", ")}`).join("; ");
}

module.exports = { Scope, accountOf, leadTo, storyOf };
