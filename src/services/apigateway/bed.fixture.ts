/** What the tests of this folder stand on: a cloud, clients, functions made from a line of source, plain HTTP. */
import { request as httpRequest } from "node:http";
import {
  APIGatewayClient,
  CreateDeploymentCommand,
  CreateResourceCommand,
  CreateRestApiCommand,
  PutIntegrationCommand,
  type PutIntegrationCommandInput,
  PutMethodCommand,
  type PutMethodCommandInput,
} from "@aws-sdk/client-api-gateway";
import { CreateFunctionCommand, LambdaClient, waitUntilFunctionActiveV2 } from "@aws-sdk/client-lambda";
import { ZipFile } from "yazl";
import { clientOptions, newAccount } from "../../../test/cloud.ts";
import type { Cloud } from "../../index.ts";

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
  readonly bytes: Buffer;
}

/** A plain HTTP request to a cloud, under any host name. */
export function send(
  cloud: Cloud,
  options: {
    host?: string;
    method?: string;
    path: string;
    headers?: Record<string, string | string[]>;
    body?: string | Uint8Array;
  },
): Promise<Answer> {
  const { hostname, port } = new URL(cloud.url);
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      {
        hostname,
        port,
        method: options.method ?? "GET",
        path: options.path,
        headers: { ...(options.host && { host: `${options.host}:${port}` }), ...options.headers },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () => {
          const bytes = Buffer.concat(chunks);
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: bytes.toString(),
            bytes,
          });
        });
      },
    );
    request.on("error", reject);
    request.end(options.body);
  });
}

function zipOf(source: string): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const zip = new ZipFile();
    zip.addBuffer(Buffer.from(source), "index.mjs");
    zip.end();
    const chunks: Buffer[] = [];
    zip.outputStream.on("data", (chunk) => chunks.push(chunk as Buffer));
    zip.outputStream.on("end", () => resolve(Buffer.concat(chunks)));
    zip.outputStream.on("error", reject);
  });
}

/** One account in a cloud, with what API tests need of it. */
export class Bed {
  readonly cloud: Cloud;
  readonly account: string;
  readonly apis: APIGatewayClient;
  readonly lambda: LambdaClient;

  constructor(cloud: Cloud, account = newAccount()) {
    this.cloud = cloud;
    this.account = account;
    this.apis = new APIGatewayClient(clientOptions(cloud, account));
    this.lambda = new LambdaClient(clientOptions(cloud, account));
  }

  /** Makes a function from the source of its handler's module; gives its ARN. */
  async createFunction(name: string, handler: string): Promise<string> {
    const made = await this.lambda.send(
      new CreateFunctionCommand({
        FunctionName: name,
        Runtime: "nodejs22.x",
        Handler: "index.handler",
        Role: `arn:aws:iam::${this.account}:role/lambda`,
        Timeout: 20,
        Code: { ZipFile: await zipOf(`export const handler = ${handler};`) },
      }),
    );
    await waitUntilFunctionActiveV2(
      { client: this.lambda, maxWaitTime: 10, minDelay: 0.1 as never },
      { FunctionName: name },
    );
    return made.FunctionArn!;
  }

  async createApi(input: Partial<ConstructorParameters<typeof CreateRestApiCommand>[0]> = {}) {
    const { id, rootResourceId } = await this.apis.send(new CreateRestApiCommand({ name: "test", ...input }));
    return new RestApiBed(this, id!, rootResourceId!);
  }
}

/** One REST API of a bed. */
export class RestApiBed {
  readonly bed: Bed;
  readonly id: string;
  readonly rootId: string;

  constructor(bed: Bed, id: string, rootId: string) {
    this.bed = bed;
    this.id = id;
    this.rootId = rootId;
  }

  async createResource(pathPart: string, parentId = this.rootId): Promise<string> {
    const { id } = await this.bed.apis.send(
      new CreateResourceCommand({ restApiId: this.id, parentId, pathPart }),
    );
    return id!;
  }

  /** A method with its integration. */
  async put(
    resourceId: string,
    httpMethod: string,
    integration: Partial<PutIntegrationCommandInput>,
    method: Partial<PutMethodCommandInput> = {},
  ): Promise<void> {
    const place = { restApiId: this.id, resourceId, httpMethod };
    await this.bed.apis.send(new PutMethodCommand({ ...place, authorizationType: "NONE", ...method }));
    await this.bed.apis.send(new PutIntegrationCommand({ ...place, type: "MOCK", ...integration }));
  }

  putLambda(
    resourceId: string,
    httpMethod: string,
    functionArn: string,
    method: Partial<PutMethodCommandInput> = {},
  ) {
    const uri = `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${functionArn}/invocations`;
    return this.put(
      resourceId,
      httpMethod,
      { type: "AWS_PROXY", integrationHttpMethod: "POST", uri },
      method,
    );
  }

  async deploy(stageName = "dev"): Promise<string> {
    const { id } = await this.bed.apis.send(new CreateDeploymentCommand({ restApiId: this.id, stageName }));
    return id!;
  }

  send(
    path: string,
    options: Omit<Parameters<typeof send>[1], "path"> & { stage?: string } = {},
  ): Promise<Answer> {
    const host = `${this.id}.execute-api.localhost.localstack.cloud`;
    return send(this.bed.cloud, { host, ...options, path: `/${options.stage ?? "dev"}${path}` });
  }
}
