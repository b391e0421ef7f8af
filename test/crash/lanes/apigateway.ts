import assert from "node:assert/strict";
import {
  APIGatewayClient,
  DeleteRestApiCommand,
  GetResourcesCommand,
  GetRestApisCommand,
  ImportRestApiCommand,
  type RestApi,
} from "@aws-sdk/client-api-gateway";
import type { Bed } from "../bed.ts";
import { Acknowledged, type Lane } from "../lane.ts";

export default ({ options }: Bed): Lane[] => [apis(new APIGatewayClient(options))];

const API_PATHS = ["/a", "/a/b", "/c"];

/** An API from a document is many rows: each API that is there has all of its resources. */
function apis(apigateway: APIGatewayClient): Lane {
  const acknowledged = new Acknowledged("apigateway");
  return {
    name: "apigateway",
    setup: async () => {},
    write: async (n) => {
      const method = { get: { responses: {}, "x-amazon-apigateway-integration": { type: "mock" } } };
      const document = {
        openapi: "3.0.1",
        info: { title: `api-${n}`, version: "1" },
        paths: Object.fromEntries(API_PATHS.map((path) => [path, method])),
      };
      const { id } = await apigateway.send(
        new ImportRestApiCommand({ body: Buffer.from(JSON.stringify(document)) }),
      );
      acknowledged.add(id!);
    },
    verify: async () => {
      const found = new Set((await allApis(apigateway)).map(({ id }) => id!));
      const remove = (restApiId: string) => apigateway.send(new DeleteRestApiCommand({ restApiId }));
      for (const id of found) {
        if (acknowledged.has(id)) continue;
        // It was on its way: whole, or not there at all.
        await isWhole(apigateway, id);
        await remove(id);
      }
      await acknowledged.verify(async (id) => found.has(id) && (await isWhole(apigateway, id)), remove);
    },
  };
}

async function allApis(apigateway: APIGatewayClient): Promise<RestApi[]> {
  const found: RestApi[] = [];
  let position: string | undefined;
  do {
    const page = await apigateway.send(new GetRestApisCommand({ limit: 500, position }));
    found.push(...(page.items ?? []));
    position = page.position;
  } while (position);
  return found;
}

async function isWhole(apigateway: APIGatewayClient, restApiId: string): Promise<boolean> {
  const { items = [] } = await apigateway.send(new GetResourcesCommand({ restApiId, embed: ["methods"] }));
  const withMethods = items.filter(({ resourceMethods }) => resourceMethods?.["GET"]?.methodIntegration);
  assert.deepEqual(withMethods.map(({ path }) => path).sort(), API_PATHS, "apigateway: half an API");
  return true;
}
