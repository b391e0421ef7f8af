import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { after, before, beforeEach, test } from "node:test";
import fc from "fast-check";
import { type HttpResponse, Severed } from "../../core/http.ts";
import { type Answer, Edge, type Seen, said } from "./edges.fixture.ts";

/** Node's own server, and the short way before it: whatever comes, both must see and say the same. */
let node: Edge;
let own: Edge;

before(async () => {
  node = await new Edge(true).open();
  own = await new Edge(false).open();
});
beforeEach(() => {
  for (const edge of [node, own]) {
    edge.seen.length = 0;
    edge.answer = ({ path }) => said(`ok ${path}`);
  }
});
after(async () => {
  await node.close();
  await own.close();
});

const END = "GET /end HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
const post = (body: string, more = "", path = "/") =>
  `POST ${path} HTTP/1.1\r\nHost: a\r\n${more}Content-Length: ${body.length}\r\n\r\n${body}`;
const get = (path = "/", more = "") => `GET ${path} HTTP/1.1\r\nHost: a\r\n${more}\r\n`;
const chunked = (chunks: string, more = "", path = "/") =>
  `POST ${path} HTTP/1.1\r\nHost: a\r\n${more}Transfer-Encoding: chunked\r\n\r\n${chunks}`;

const REQUESTS: Readonly<Record<string, string>> = {
  "one with a body": post("{}"),
  "one without": get("/a/b?c=d&e=%20"),
  "several in one piece": post("one") + get("/two") + post("three", "", "/three"),
  "names in any case, values with spaces around": get("/", "X-AbC:  a b \t\r\nx-empty:\r\nX-Ñ: no\r\n"),
  "values that are no ASCII": get("/", "x-a: caf\xe9\r\n"),
  "a header twice": get("/", "x-a: 1\r\nX-A: 2\r\n"),
  "a cookie twice": get("/", "cookie: a=1\r\ncookie: b=2\r\n"),
  "headers with the names of what objects have": get(
    "/",
    "constructor: a\r\n__proto__: b\r\ntostring: c\r\n",
  ),
  "a body in chunks": chunked("3\r\nabc\r\n0\r\n\r\n"),
  "chunks with an extension and a trailer": chunked(
    "3;x=y\r\nabc\r\n0\r\nx-t: 1\r\n\r\n",
    "Trailer: x-t\r\n",
  ),
  "an absolute target": "GET http://a/b?c HTTP/1.1\r\nHost: a\r\n\r\n",
  "a target with a fragment": get("/a#b"),
  "an asterisk": "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n",
  "no host": "GET / HTTP/1.1\r\nx: y\r\n\r\n",
  "HTTP/1.0": "GET / HTTP/1.0\r\nHost: a\r\n\r\n",
  "HTTP/1.0 that stays": "GET / HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\n\r\n",
  "a client that asks to close": get("/", "Connection: close\r\n"),
  "a client that asks to stay": get("/", "Connection: Keep-Alive\r\n"),
  HEAD: "HEAD / HTTP/1.1\r\nHost: a\r\n\r\n",
  "DELETE with a body": post("x").replace("POST", "DELETE"),
  "a method that Squall has no use for": get().replace("GET", "PROPFIND"),
  "lines before the first": `\r\n\r\n${get()}`,
  "a stream": post("abcdef", "", "/stream"),
  "a stream in chunks": chunked("3\r\nabc\r\n0\r\n\r\n", "", "/stream"),
  "an empty stream": post("", "", "/stream"),
  "a large body": post("x".repeat(200_000)),
  "a large head": get("/", `x-a: ${"y".repeat(30_000)}\r\n`),
  "an upgrade that nobody takes": get("/", "Connection: Upgrade\r\nUpgrade: websocket\r\n"),
  "a compressed body": post("abc", "Content-Encoding: gzip\r\n"),
  "a client that waits to be asked": post("abc", "Expect: 100-continue\r\n"),
};

for (const [what, bytes] of Object.entries(REQUESTS)) {
  test(`the same is seen and said: ${what}`, async () => {
    const [theirs, ours] = [await node.exchange([bytes, END]), await own.exchange([bytes, END])];
    // Node's server looks at the next request while a body still streams in.
    assert.deepEqual(inOrder(own.seen), inOrder(node.seen));
    assert.equal(ours, theirs);
  });
}

const inOrder = (seen: readonly Seen[]) => seen.toSorted((a, b) => a.url.localeCompare(b.url));

/** What could be read in two ways, or in none. https://www.rfc-editor.org/rfc/rfc9112#name-security-considerations */
const SMUGGLED: Readonly<Record<string, string>> = {
  "a length and chunks": `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${get("/x")}`,
  "chunks and a length": `POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n${get("/x")}`,
  "two lengths that differ": `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nContent-Length: 30\r\n\r\n${get("/x")}`,
  "two lengths that agree": "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\nx",
  "two lengths in one": `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1, 1\r\n\r\nx${get("/x")}`,
  "a length with a sign": `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +3\r\n\r\nabc${get("/x")}`,
  "a length below nothing": `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -3\r\n\r\nabc${get("/x")}`,
  "a length in another base": `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0x3\r\n\r\nabc${get("/x")}`,
  "a length of nothing": `POST / HTTP/1.1\r\nHost: a\r\nContent-Length:\r\n\r\nabc${get("/x")}`,
  "a length with a comma": `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1,000\r\n\r\nabc${get("/x")}`,
  "a length that is too long": `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 18446744073709551617\r\n\r\n${get("/x")}`,
  "a length in other digits": `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: \xb3\r\n\r\nabc${get("/x")}`,
  "a length behind zeros": "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0003\r\n\r\nabc",
  "a space before the colon": `POST / HTTP/1.1\r\nHost: a\r\nContent-Length : 3\r\n\r\nabc${get("/x")}`,
  "a space before the name": `GET / HTTP/1.1\r\nHost: a\r\n Content-Length: 3\r\n\r\nabc${get("/x")}`,
  "a tab before the colon": `POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding\t: chunked\r\n\r\n0\r\n\r\n${get("/x")}`,
  "a folded line": `GET / HTTP/1.1\r\nHost: a\r\nX: y\r\n z: w\r\n\r\n${get("/x")}`,
  "chunks, spelled another way": `POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n${get("/x")}`,
  "chunks behind a vertical tab": `POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: \x0bchunked\r\n\r\n0\r\n\r\n${get("/x")}`,
  "chunks twice": `POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n`,
  "chunks before gzip": `POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n${get("/x")}`,
  "chunks by a quoted name": `POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: "chunked"\r\n\r\n0\r\n\r\n${get("/x")}`,
  "a chunk's size that is none": chunked(`g\r\nabc\r\n0\r\n\r\n${get("/x")}`),
  "a chunk's size with a sign": chunked(`-1\r\nabc\r\n0\r\n\r\n${get("/x")}`),
  "a chunk's size that overflows": chunked(`fffffffffffffffff\r\nabc\r\n0\r\n\r\n${get("/x")}`),
  "a chunk that is longer than it says": chunked(`2\r\nabc\r\n0\r\n\r\n${get("/x")}`),
  "a chunk with a bare line feed": chunked(`3\nabc\n0\n\n${get("/x")}`),
  "bare line feeds": `GET / HTTP/1.1\nHost: a\n\n${get("/x")}`,
  "a bare line feed in a value": `GET / HTTP/1.1\r\nHost: a\r\nX: y\nContent-Length: 3\r\n\r\nabc`,
  "a bare carriage return in a value": `GET / HTTP/1.1\r\nHost: a\r\nX: y\rZ: w\r\n\r\n${get("/x")}`,
  "a bare carriage return as a line's end": `GET / HTTP/1.1\r\nHost: a\rX: y\r\n\r\n${get("/x")}`,
  "a NUL in a value": `GET / HTTP/1.1\r\nHost: a\r\nX: y\0z\r\n\r\n${get("/x")}`,
  "a NUL in a name": `GET / HTTP/1.1\r\nHost: a\r\nX\0: y\r\n\r\n${get("/x")}`,
  "a line without a colon": `GET / HTTP/1.1\r\nHost: a\r\nX y\r\n\r\n${get("/x")}`,
  "a name of nothing": `GET / HTTP/1.1\r\nHost: a\r\n: y\r\n\r\n${get("/x")}`,
  "two spaces in the first line": `GET  / HTTP/1.1\r\nHost: a\r\n\r\n${get("/x")}`,
  "a tab in the first line": `GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n${get("/x")}`,
  "a space in the target": `GET /a b HTTP/1.1\r\nHost: a\r\n\r\n${get("/x")}`,
  "a target that is no ASCII": `GET /\xe9 HTTP/1.1\r\nHost: a\r\n\r\n${get("/x")}`,
  "a version that is none": `GET / HTTP/1.2\r\nHost: a\r\n\r\n${get("/x")}`,
  "HTTP/0.9": `GET /\r\n\r\n${get("/x")}`,
  "a method in lower case": `get / HTTP/1.1\r\nHost: a\r\n\r\n${get("/x")}`,
  "two hosts": `GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n${get("/x")}`,
  "a GET with a body": `GET / HTTP/1.1\r\nHost: a\r\nContent-Length: ${get("/x").length}\r\n\r\n${get("/x")}`,
  "HTTP/2 in the middle": `${get()}PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n`,
  "a head without end": `GET / HTTP/1.1\r\nHost: a\r\n${"x: y\r\n".repeat(20_000)}`,
};

for (const [what, bytes] of Object.entries(SMUGGLED)) {
  test(`nothing is smuggled by ${what}`, async () => {
    await node.exchange([bytes]);
    await own.exchange([bytes]);
    assert.deepEqual(own.seen, node.seen);
    const alone = own.seen.length;
    // Nor when an ordinary request has gone before on the connection.
    await node.exchange([post("first"), bytes]);
    await own.exchange([post("first"), bytes]);
    assert.deepEqual(own.seen.slice(alone), node.seen.slice(alone));
    assert.equal(own.seen[alone]?.body, "first");
  });
}

/** A request as clients send them. */
const ORDINARY = fc
  .record({
    path: fc.stringMatching(/^\/[a-z0-9/%?&=.-]{0,20}$/),
    headers: fc.dictionary(fc.stringMatching(/^X-[A-Za-z0-9-]{1,8}$/), fc.stringMatching(/^[!-~]{0,12}$/), {
      maxKeys: 5,
    }),
    body: fc.oneof(fc.constant(undefined), fc.string({ unit: "binary-ascii", maxLength: 300 })),
  })
  .map(({ path, headers, body }) => {
    const more = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    return body === undefined ? get(path, more.join("")) : post(body, more.join(""), path);
  });

const RUNS = 60 * Number(process.env["SQUALL_TEST_SCALE"] ?? 1);

test("requests are the same however they are cut into pieces", async () => {
  const cuts = fc.array(fc.nat({ max: 2000 }), { maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(fc.array(ORDINARY, { minLength: 1, maxLength: 5 }), cuts, async (requests, at) => {
      const text = requests.join("");
      const places = [...new Set(at.map((place) => place % text.length))].sort((a, b) => a - b);
      const pieces = [0, ...places].map((from, n) => text.slice(from, places[n]));
      for (const edge of [node, own]) edge.seen.length = 0;
      const theirs = await node.exchange([text, END]);
      assert.equal(await own.exchange([...pieces, END]), theirs);
      assert.deepEqual(own.seen, node.seen);
      assert.equal(own.seen.length, requests.length + 1);
    }),
    { numRuns: RUNS },
  );
});

test("requests that are broken somewhere are read by both in the same way, or by neither", async () => {
  const breaks = fc.array(
    fc.record({
      at: fc.nat({ max: 2000 }),
      cut: fc.nat({ max: 3 }),
      put: fc.constantFrom(
        "",
        "\r",
        "\n",
        "\r\n",
        "\0",
        " ",
        "\t",
        ":",
        "0",
        "9",
        "\x80",
        ",",
        "chunked",
        "Content-Length: 5\r\n",
      ),
    }),
    { minLength: 1, maxLength: 3 },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(ORDINARY, { minLength: 1, maxLength: 3 }), breaks, async (requests, broken) => {
      let text = requests.join("") + get("/last");
      for (const { at, cut, put } of broken) {
        const place = at % text.length;
        text = text.slice(0, place) + put + text.slice(place + cut);
      }
      for (const edge of [node, own]) edge.seen.length = 0;
      await node.exchange([text]);
      await own.exchange([text]);
      assert.deepEqual(own.seen, node.seen);
    }),
    { numRuns: RUNS * 3 },
  );
});

const response = (given: Partial<HttpResponse>): Answer => {
  return () => ({ kind: "response", response: { status: 200, headers: {}, ...given } });
};
async function* pieces(...texts: string[]) {
  for (const text of texts) yield Buffer.from(text);
}
async function* broken(how: Error) {
  yield Buffer.from("begun");
  // Node's server keeps what is written in a turn together until its end.
  await new Promise(setImmediate);
  throw how;
}

const ANSWERS: Readonly<Record<string, () => Answer>> = {
  "a text": () => response({ body: "text" }),
  "a text that is no ASCII": () => response({ body: "größer ✓" }),
  bytes: () => response({ body: Buffer.from([0, 1, 2, 255]) }),
  "many bytes": () => response({ body: Buffer.alloc(300_000, "x") }),
  "a long text": () => response({ body: "é".repeat(100_000) }),
  nothing: () => response({}),
  "204": () => response({ status: 204 }),
  "304": () => response({ status: 304, headers: { etag: '"a"' } }),
  "a status that has no name": () => response({ status: 599, body: "x" }),
  "a header many times": () => response({ headers: { "set-cookie": ["a=1", "b=2"] } }),
  "a date of its own": () => response({ headers: { date: "Thu, 01 Jan 1970 00:00:00 GMT" } }),
  "a connection that closes": () => response({ headers: { connection: "close" }, body: "x" }),
  "chunks that a header asks for": () => response({ headers: { "transfer-encoding": "chunked" }, body: "x" }),
  "a header that HTTP cannot carry": () => response({ headers: { "x-a": "a\r\nb: c" } }),
  "a name that HTTP cannot carry": () => response({ headers: { "x a": "b" } }),
  "a stream": () => response({ body: pieces("one", "", "two") }),
  "a stream with a length": () =>
    response({ headers: { "content-length": "6" }, body: pieces("one", "two") }),
  "an empty stream": () => response({ body: pieces() }),
  "a stream that fails": () => response({ body: broken(new Error("no")) }),
  "a stream that is cut": () => response({ body: broken(new Severed(Buffer.from("zz\r\n"))) }),
  "a handler that fails": () => () => Promise.reject(new Error("no")),
  "a reset": () => () => ({ kind: "drop", how: "reset" }),
  "no answer": () => () => ({ kind: "drop", how: "empty" }),
  garbage: () => () => ({ kind: "drop", how: "garbage", bytes: Buffer.from("not HTTP") }),
};

for (const [what, answer] of Object.entries(ANSWERS)) {
  for (const method of ["POST", "HEAD"]) {
    test(`the same comes back, to ${method}: ${what}`, async () => {
      const request = post("{}").replace("POST", method);
      const said = [];
      for (const edge of [node, own]) {
        edge.answer = (asked, signal) =>
          (asked.path === "/end" ? response({ body: "end" }) : answer())(asked, signal);
        said.push(await edge.exchange([request], () => answered(edge)));
      }
      // Node keeps the reason of a head that it then refused to write.
      assert.equal(said[1], said[0]?.replace("500 OK", "500 Internal Server Error"));
    });
  }
}

test("a header that is no ASCII goes out as it is, a byte a character, whatever its body", async () => {
  own.answer = response({ headers: { "x-a": "caf\xe9" }, body: "✓" });
  assert.match(await own.exchange([post("{}")], () => answered(own)), /x-a: caf\xe9\r\n/);
});

/** Waits until the request has been seen and its answer has had its turns. */
async function answered(edge: Edge): Promise<void> {
  const before = edge.seen.length;
  while (edge.seen.length === before) await new Promise(setImmediate);
  for (let n = 0; n < 20; n++) await new Promise(setImmediate);
}

test("a body, and half a request, stay as they came while other connections send", async () => {
  for (const edge of [node, own]) {
    const bodies: Uint8Array[] = [];
    const over = Promise.withResolvers<void>();
    edge.answer = async ({ path, body }) => {
      bodies.push(body);
      if (path === "/wait") await over.promise;
      return said("ok");
    };
    const others = async () => {
      for (let n = 0; n < 10; n++) await edge.exchange([post("x".repeat(2000))], () => answered(edge));
    };
    const whole = edge.exchange([post("whole", "", "/wait")], () => over.promise);
    while (bodies.length === 0) await new Promise(setImmediate);
    const halves = post("halves");
    await edge.exchange([halves.slice(0, -3), halves.slice(-3)], others);
    over.resolve();
    await whole;
    const texts = bodies.map((body) => Buffer.from(body).toString());
    assert.equal(texts[0], "whole");
    assert.equal(texts[11], "halves");
  }
});

test("who leaves is known to have left, and no request of a connection before", async () => {
  for (const edge of [node, own]) {
    const signals: AbortSignal[] = [];
    let arrived = () => {};
    const waiting = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    edge.answer = async ({ path }, signal) => {
      signals.push(signal());
      if (path !== "/wait") return said("ok");
      arrived();
      await once(signal(), "abort");
      return said("too late");
    };
    const socket = connect(edge.port, "127.0.0.1");
    socket.write(post("one"));
    await once(socket, "data");
    socket.write(post("two", "", "/wait"));
    await waiting;
    socket.destroy();
    const [first, second] = signals as [AbortSignal, AbortSignal];
    if (!second.aborted) await once(second, "abort");
    assert.ok(!first.aborted);
  }
});

test("what a client does not read is not made in advance", async () => {
  for (const edge of [node, own]) {
    let made = 0;
    edge.answer = response({
      body: (async function* () {
        for (; made < 2000; made++) yield Buffer.alloc(64 * 1024);
      })(),
    });
    const socket = connect(edge.port, "127.0.0.1");
    socket.write(get());
    await once(socket, "readable");
    socket.pause();
    for (let n = 0; n < 200; n++) await new Promise(setImmediate);
    assert.ok(made < 1000, `${made} pieces of 64 KiB were made for a client that reads none`);
    socket.resume();
    let bytes = 0;
    socket.on("data", (chunk) => {
      bytes += chunk.length;
    });
    while (bytes < 2000 * 64 * 1024) await new Promise(setImmediate);
    socket.destroy();
  }
});

test("who sends requests and reads no answer gets few of them made", async () => {
  own.answer = response({ body: Buffer.alloc(60_000) });
  const socket = connect(own.port, "127.0.0.1");
  await once(socket, "connect");
  socket.write(get().repeat(500));
  while (own.seen.length === 0) await new Promise(setImmediate);
  for (let n = 0; n < 1000; n++) await new Promise(setImmediate);
  assert.ok(own.seen.length < 400, `${own.seen.length} answers were made for a client that reads none`);
  let bytes = 0;
  socket.on("data", (chunk) => {
    bytes += chunk.length;
  });
  while (bytes < 500 * 60_000) await once(socket, "data");
  assert.equal(own.seen.length, 500);
  socket.destroy();
});
