import { after, before, describe } from "node:test";
import { TestNats } from "../../../test/nats.ts";
import { needs } from "../../../test/needs.ts";
import { behavesAsAStore } from "../behaviour.fixture.test.ts";
import { NatsStore } from "./store.ts";

describe("NATS JetStream", needs("nats-server"), () => {
  let server: TestNats;
  let fleets = 0;
  before(async () => {
    server = await TestNats.start();
  });
  after(() => server[Symbol.asyncDispose]());

  behavesAsAStore("as a fleet's store", async () => {
    const url = server.url(`fleet-${++fleets}`);
    return await Promise.all([NatsStore.open(url), NatsStore.open(url)]);
  });
});
