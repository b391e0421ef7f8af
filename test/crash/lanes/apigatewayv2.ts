import assert from "node:assert/strict";
import {
  ApiGatewayV2Client,
  CreateApiCommand,
  DeleteApiCommand,
  GetApisCommand,
  GetIntegrationsCommand,
  GetRoutesCommand,
  GetStagesCommand,
} from "@aws-sdk/client-apigatewayv2";
import type { Bed } from "../bed.ts";
import { Acknowledged, type Lane } from "../lane.ts";

export default ({ options }: Bed): Lane[] => [apis(new ApiGatewayV2Client(options))];

/** An API with a target is made with its integration, its route and its stage: with all of them, or not at all. */
function apis(client: ApiGatewayV2Client): Lane {
  const acknowledged = new Acknowledged("apigatewayv2");
  const isWhole = async (ApiId: string) => {
    const { Items: integrations } = await client.send(new GetIntegrationsCommand({ ApiId }));
    const { Items: routes } = await client.send(new GetRoutesCommand({ ApiId }));
    const { Items: stages } = await client.send(new GetStagesCommand({ ApiId }));
    assert.deepEqual(
      [integrations!.length, routes!.length, stages!.length],
      [1, 1, 1],
      "apigatewayv2: half an API",
    );
    return true;
  };
  return {
    name: "apigatewayv2",
    setup: async () => {},
    write: async (n) => {
      const { ApiId } = await client.send(
        new CreateApiCommand({ Name: `api-${n}`, ProtocolType: "HTTP", Target: "http://127.0.0.1:9/" }),
      );
      acknowledged.add(ApiId!);
    },
    verify: async () => {
      const found = new Set<string>();
      let NextToken: string | undefined;
      do {
        const page = await client.send(new GetApisCommand({ NextToken, MaxResults: "500" }));
        for (const { ApiId } of page.Items!) found.add(ApiId!);
        ({ NextToken } = page);
      } while (NextToken);
      const remove = (ApiId: string) => client.send(new DeleteApiCommand({ ApiId }));
      for (const id of found) {
        if (acknowledged.has(id)) continue;
        // It was on its way: whole, or not there at all.
        await isWhole(id);
        await remove(id);
      }
      await acknowledged.verify(async (id) => found.has(id) && (await isWhole(id)), remove);
    },
  };
}
