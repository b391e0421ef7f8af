import assert from "node:assert/strict";
import { test } from "node:test";
import {
  CreateApiDestinationCommand,
  CreateArchiveCommand,
  CreateConnectionCommand,
  type CreateConnectionCommandInput,
  DescribeArchiveCommand,
  DescribeConnectionCommand,
  DescribeReplayCommand,
  StartReplayCommand,
  type Target,
  UpdateConnectionCommand,
} from "@aws-sdk/client-eventbridge";
import { until } from "../../../test/until.ts";
import { eventsCloud, type World } from "./fixture.test.ts";
import { receiver } from "./receiver.fixture.ts";

type Auth = Pick<CreateConnectionCommandInput, "AuthorizationType" | "AuthParameters">;

const KEY: Auth = {
  AuthorizationType: "API_KEY",
  AuthParameters: { ApiKeyAuthParameters: { ApiKeyName: "x-key", ApiKeyValue: "s3cret" } },
};

const oauth = (url: string): Auth => ({
  AuthorizationType: "OAUTH_CLIENT_CREDENTIALS",
  AuthParameters: {
    OAuthParameters: {
      AuthorizationEndpoint: `${url}/token`,
      HttpMethod: "POST",
      ClientParameters: { ClientID: "id", ClientSecret: "cs" },
    },
  },
});

/** A connection, a destination of it and a rule that sends it the events of a source, all of one name. */
async function destination(
  world: World,
  name: string,
  url: string,
  auth: Auth,
  target: Partial<Target> = {},
) {
  const { ConnectionArn } = await world.events.send(new CreateConnectionCommand({ Name: name, ...auth }));
  const { ApiDestinationArn } = await world.events.send(
    new CreateApiDestinationCommand({
      Name: name,
      ConnectionArn,
      HttpMethod: "POST",
      InvocationEndpoint: `${url}/orders/*`,
    }),
  );
  const HttpParameters = { PathParameterValues: [name], QueryStringParameters: { q: "1" } };
  const RoleArn = `arn:aws:iam::${world.account}:role/rule`;
  await world.rule(name, { source: [name] }, [
    { Id: "d", Arn: ApiDestinationArn, RoleArn, HttpParameters, ...target },
  ]);
}

test("an API destination is called with what its connection keeps in Secrets Manager", async () => {
  await using web = await receiver();
  await using world = await eventsCloud();
  const cases: readonly (readonly [name: string, auth: Auth, header: string, value: string])[] = [
    ["key", KEY, "x-key", "s3cret"],
    [
      "basic",
      {
        AuthorizationType: "BASIC",
        AuthParameters: { BasicAuthParameters: { Username: "ann", Password: "pw" } },
      },
      "authorization",
      `Basic ${Buffer.from("ann:pw").toString("base64")}`,
    ],
    ["oauth", oauth(web.url), "authorization", "Bearer t0k3n"],
  ];
  for (const [name, auth, header, value] of cases) {
    await destination(world, name, web.url, auth);
    await world.put({ n: 1 }, { Source: name });
    const asked = await until(() => web.asked.find(({ url }) => url === `/orders/${name}?q=1`));
    assert.equal(asked.headers[header], value);
    assert.deepEqual((JSON.parse(asked.body) as { detail: object }).detail, { n: 1 });
  }
  const { AuthParameters, SecretArn, ConnectionState } = await world.events.send(
    new DescribeConnectionCommand({ Name: "basic" }),
  );
  assert.deepEqual(AuthParameters, { BasicAuthParameters: { Username: "ann" } });
  assert.equal(ConnectionState, "AUTHORIZED");
  assert.match(SecretArn!, /:secret:events!connection\/basic\//);
});

/** What a receiver was asked, in the order of it: `token`, or the header by which it was to be let in. */
const shown = (web: Awaited<ReturnType<typeof receiver>>): string[] =>
  web.asked.map(({ url, headers }) => (url === "/token" ? "token" : String(headers.authorization)));

test("a token is asked for when its connection is made, kept for as long as it is good, and again when it is refused", async () => {
  await using web = await receiver();
  await using world = await eventsCloud({ clockRate: 0 });
  const { clock } = world.cloud;
  for (const access_token of ["one", "two", "three"])
    web.tokens.push({ answer: { access_token, expires_in: 3600 } });
  await destination(world, "oauth", web.url, oauth(web.url));
  assert.deepEqual(shown(web), ["token"]);
  const sent = async () => {
    await world.put({ n: 1 }, { Source: "oauth" });
    // No more often than the destination may be called.
    await clock.advance("1s");
    return shown(web);
  };
  await sent();
  assert.deepEqual(await sent(), ["token", "Bearer one", "Bearer one"]);
  await clock.advance("1h");
  assert.deepEqual((await sent()).slice(3), ["token", "Bearer two"]);
  web.answers.push({ status: 401 });
  assert.deepEqual((await sent()).slice(5), ["Bearer two", "token", "Bearer three"]);
});

test("a connection that is refused is authorized no more, until it has something else to show", async () => {
  await using web = await receiver();
  await using world = await eventsCloud({ clockRate: 0 });
  const stateOf = async (Name: string) =>
    (await world.events.send(new DescribeConnectionCommand({ Name }))).ConnectionState;
  web.tokens.push({ status: 403, answer: {} });
  const made = await world.events.send(new CreateConnectionCommand({ Name: "c", ...oauth(web.url) }));
  assert.deepEqual([made.ConnectionState, await stateOf("c")], ["DEAUTHORIZED", "DEAUTHORIZED"]);
  const { ConnectionState } = await world.events.send(new UpdateConnectionCommand({ Name: "c" }));
  assert.equal(ConnectionState, "AUTHORIZED");

  await destination(world, "key", web.url, KEY);
  web.answers.push({ status: 401 });
  await world.put({ n: 1 }, { Source: "key" });
  await world.cloud.clock.advance(0);
  assert.equal(await stateOf("key"), "DEAUTHORIZED");
  const before = web.asked.length;
  await world.put({ n: 2 }, { Source: "key" });
  await world.cloud.clock.advance("24h");
  assert.equal(web.asked.length, before);
  await world.events.send(new UpdateConnectionCommand({ Name: "key", AuthParameters: KEY.AuthParameters }));
  assert.equal(await stateOf("key"), "AUTHORIZED");
  await world.put({ n: 3 }, { Source: "key" });
  await world.cloud.clock.advance(0);
  assert.equal(web.asked.length, before + 1);
});

test("an API destination says when it wants to be asked again, and a negative time that it does not", async () => {
  await using web = await receiver();
  await using world = await eventsCloud({ clockRate: 0 });
  const { clock } = world.cloud;
  const dead = await world.queue("dead");
  await destination(world, "key", web.url, KEY, { DeadLetterConfig: { Arn: dead } });
  web.answers.push(
    { status: 503, headers: { "retry-after": "600" } },
    { status: 429, headers: { "retry-after": new Date(clock.now() + 2 * 3_600_000).toUTCString() } },
    { status: 503, headers: { "retry-after": "-1" } },
  );
  await world.put({ n: 1 }, { Source: "key" });
  for (const [by, asked] of [
    ["599s", 1],
    ["2s", 2],
    ["1h", 2],
    ["1h", 3],
  ] as const) {
    await clock.advance(by);
    assert.equal(web.asked.length, asked, by);
  }
  await clock.advance("24h");
  assert.equal(web.asked.length, 3);
  const [message] = await world.received(dead, 1);
  assert.equal(message!.MessageAttributes!["RETRY_ATTEMPTS"]!.StringValue, "2");
});

test("an answer is waited for by a clock that is moved by a day, so that each retry comes at its own time", async () => {
  await using web = await receiver();
  await using world = await eventsCloud({ clockRate: 0 });
  await destination(world, "key", web.url, KEY);
  web.answers.push({ status: 500 }, { status: 503 }, { status: 409 });
  await world.put({ n: 1 }, { Source: "key" });
  const { clock } = world.cloud;
  await clock.advance("24h");
  assert.equal(web.asked.length, 4);
});

test("an archive keeps what its pattern wants, and a replay gives it back to the rules that it names", async () => {
  await using world = await eventsCloud();
  const bus = `arn:aws:events:us-east-1:${world.account}:event-bus/default`;
  const queue = await world.queue("again");
  const other = await world.queue("other");
  const { ArchiveArn } = await world.events.send(
    new CreateArchiveCommand({
      ArchiveName: "a",
      EventSourceArn: bus,
      EventPattern: '{"detail": {"state": ["paid"]}}',
      RetentionDays: 1,
    }),
  );
  const begin = new Date(world.cloud.clock.now() - 60_000);
  await world.put({ state: "paid" });
  await world.put({ state: "open" });
  const { EventCount, SizeBytes } = await world.events.send(new DescribeArchiveCommand({ ArchiveName: "a" }));
  assert.equal(EventCount, 1);
  assert.equal(SizeBytes, "shopOrder".length + '{"state":"paid"}'.length + "2026-11-30T00:00:00Z".length);
  const RuleArn = await world.rule("again", { source: ["shop"] }, [{ Id: "q", Arn: queue }]);
  await world.rule("other", { source: ["shop"] }, [{ Id: "q", Arn: other }]);
  await world.events.send(
    new StartReplayCommand({
      ReplayName: "r",
      EventSourceArn: ArchiveArn,
      EventStartTime: begin,
      EventEndTime: new Date(world.cloud.clock.now() + 60_000),
      Destination: { Arn: bus, FilterArns: [RuleArn] },
    }),
  );
  const [event, ...more] = (await world.bodies(queue, 1)) as Record<string, unknown>[];
  assert.deepEqual(more, []);
  assert.equal(event!["replay-name"], "r");
  assert.deepEqual(event!["detail"], { state: "paid" });
  assert.deepEqual(await world.bodies(other, 0), []);
  const { State } = await world.events.send(new DescribeReplayCommand({ ReplayName: "r" }));
  assert.equal(State, "COMPLETED");
  await world.cloud.clock.advance("49h");
  const later = await world.events.send(new DescribeArchiveCommand({ ArchiveName: "a" }));
  assert.equal(later.EventCount, 0);
});

test("a replay during traffic gives back what was archived when it began, and new events come beside it, each once", async () => {
  await using world = await eventsCloud({ timings: "real" });
  const bus = `arn:aws:events:us-east-1:${world.account}:event-bus/default`;
  const queue = await world.queue("all");
  await world.rule("all", { source: ["shop"] }, [{ Id: "q", Arn: queue }]);
  const { ArchiveArn } = await world.events.send(
    new CreateArchiveCommand({ ArchiveName: "a", EventSourceArn: bus }),
  );
  // One that is still being made keeps nothing.
  await world.cloud.clock.advance("1m");
  const { State } = await world.events.send(new DescribeArchiveCommand({ ArchiveName: "a" }));
  assert.equal(State, "ENABLED");
  const begin = new Date(world.cloud.clock.now() - 1000);
  for (let n = 0; n < 20; n++) await world.put({ n });
  await world.received(queue, 20);
  await world.events.send(
    new StartReplayCommand({
      ReplayName: "r",
      EventSourceArn: ArchiveArn,
      EventStartTime: begin,
      EventEndTime: new Date(world.cloud.clock.now() + 3_600_000),
      Destination: { Arn: bus },
    }),
  );
  const traffic = (async () => {
    for (let n = 100; n < 120; n++) await world.put({ n });
  })();
  await world.cloud.clock.advance("10m");
  await traffic;
  const state = async () =>
    (await world.events.send(new DescribeReplayCommand({ ReplayName: "r" }))).State === "COMPLETED";
  await until(state);
  await world.cloud.settle(0);
  const events = (await world.bodies(queue, 40)) as { detail: { n: number }; "replay-name"?: string }[];
  const numbers = (isReplayed: boolean) =>
    events
      .filter((event) => (event["replay-name"] !== undefined) === isReplayed)
      .map(({ detail }) => detail.n)
      .sort((a, b) => a - b);
  assert.deepEqual(
    numbers(false),
    Array.from({ length: 20 }, (_, n) => 100 + n),
  );
  const replayed = numbers(true);
  assert.deepEqual(
    replayed.slice(0, 20),
    Array.from({ length: 20 }, (_, n) => n),
  );
  assert.equal(new Set(replayed).size, replayed.length);
});
