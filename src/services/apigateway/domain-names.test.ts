import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { CreateBasePathMappingCommand, CreateDomainNameCommand } from "@aws-sdk/client-api-gateway";
import { testCloud } from "../../../test/cloud.ts";
import { Bed, send } from "./bed.fixture.ts";

test("a domain name is served from its first request on, also after a restart", async () => {
  const dataDir = await mkdtemp(join(tmpdir(), "squall-domains-"));
  const host = "pets.example.com";
  {
    await using cloud = await testCloud({ dataDir });
    const bed = new Bed(cloud);
    const api = await bed.createApi();
    await api.put(api.rootId, "GET", { type: "MOCK" });
    await api.deploy();
    await bed.apis.send(new CreateDomainNameCommand({ domainName: host }));
    await bed.apis.send(
      new CreateBasePathMappingCommand({ domainName: host, restApiId: api.id, stage: "dev" }),
    );
    const { headers } = await send(cloud, { host, path: "/" });
    assert.ok(headers["x-amz-apigw-id"], "API Gateway answers");
  }
  await using cloud = await testCloud({ dataDir });
  const { headers } = await send(cloud, { host, path: "/" });
  assert.ok(headers["x-amz-apigw-id"], "and so it does in the next process");
  await rm(dataDir, { recursive: true, force: true });
});
