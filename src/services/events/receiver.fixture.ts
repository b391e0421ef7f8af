import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";

interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A server that notes what it is asked, and gives tokens at /token: `t0k3n` unless it is told otherwise. @param answer to what it is asked otherwise */
export async function receiver(answer: (body: string) => string = () => "{}") {
  const asked: { url: string; headers: IncomingHttpHeaders; body: string }[] = [];
  const answers: Answer[] = [];
  const tokens: { status?: number; answer: object }[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const url = request.url ?? "";
      const body = Buffer.concat(chunks).toString();
      asked.push({ url, headers: request.headers, body });
      if (url === "/token") {
        const { status = 200, answer } = tokens.shift() ?? { answer: { access_token: "t0k3n" } };
        response.writeHead(status).end(JSON.stringify(answer));
        return;
      }
      const { status = 200, headers = {} } = answers.shift() ?? {};
      response.writeHead(status, headers).end(answer(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    asked,
    /** What it answers next. */
    answers,
    tokens,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

type Call = (service: string, operation: string, input: object) => Promise<Record<string, unknown>>;

/** A REST API with a stage `v1` that hands `POST /orders/{id}` on to an address, with the path in a header `asked`. @returns its id */
export async function restApi(call: Call, url: string): Promise<string> {
  const apigateway = (operation: string, input: object) => call("apigateway", operation, input);
  const { id: restApiId, rootResourceId } = await apigateway("CreateRestApi", { name: "orders" });
  const resource = async (parentId: unknown, pathPart: string) =>
    (await apigateway("CreateResource", { restApiId, parentId, pathPart }))["id"];
  const resourceId = await resource(await resource(rootResourceId, "orders"), "{id}");
  const place = { restApiId, resourceId, httpMethod: "POST" };
  await apigateway("PutMethod", {
    ...place,
    authorizationType: "NONE",
    requestParameters: { "method.request.path.id": true },
  });
  await apigateway("PutIntegration", {
    ...place,
    type: "HTTP_PROXY",
    integrationHttpMethod: "POST",
    uri: `${url}/orders/{id}`,
    requestParameters: {
      "integration.request.path.id": "method.request.path.id",
      "integration.request.header.asked": "context.path",
    },
  });
  await apigateway("CreateDeployment", { restApiId, stageName: "v1" });
  return restApiId as string;
}
