import { after, before, describe } from "node:test";
import { needs } from "../../../test/needs.ts";
import { TestPostgres } from "../../../test/postgres.ts";
import { behavesAsAStore } from "../behaviour.fixture.test.ts";
import { PostgresStore } from "./store.ts";

describe("PostgreSQL", needs("postgres"), () => {
  let server: TestPostgres;
  let fleets = 0;
  before(async () => {
    server = await TestPostgres.start();
  });
  after(() => server[Symbol.asyncDispose]());

  behavesAsAStore("as a fleet's store", async () => {
    const url = server.url(`fleet-${++fleets}`);
    return await Promise.all([PostgresStore.open(url), PostgresStore.open(url)]);
  });
});
