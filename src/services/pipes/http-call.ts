import { type ApiDestination, callApiDestination, callRestApi } from "../../aws/http-target.ts";
import { parseArn, partsOf } from "../../core/arn.ts";
import type { CallOptions, ServiceHost } from "../../core/service.ts";
import type * as Events from "../../models/generated/events.ts";
import type * as Pipes from "../../models/generated/pipes.ts";

/** Calls a REST API or an API destination. @returns what it answers @throws AwsError */
export async function callHttp(
  host: ServiceHost,
  arn: string,
  body: string,
  parameters: Pipes.PipeTargetHttpParameters | undefined,
  { parentId }: CallOptions,
): Promise<string> {
  const sending = { host, body, parameters, by: "pipes", parentId };
  if (parseArn(arn)?.service === "execute-api") return callRestApi(arn, sending);
  return callApiDestination(await describedDestination(host, arn, parentId), sending);
}

export const isHttp = (arn: string): boolean => {
  const { service, resource = "" } = parseArn(arn) ?? {};
  return service === "execute-api" || (service === "events" && resource.startsWith("api-destination/"));
};

async function describedDestination(
  host: ServiceHost,
  arn: string,
  parentId: string | undefined,
): Promise<ApiDestination> {
  const { account, region, resource } = partsOf(arn);
  const options = { account, region, ...(parentId !== undefined && { parentId }) };
  const nameOf = (text: string) => text.split("/")[1] ?? "";
  const destination = await host.call<Events.DescribeApiDestinationResponse>(
    "events",
    "DescribeApiDestination",
    { Name: nameOf(resource) },
    options,
  );
  const { ConnectionArn = "", InvocationEndpoint = "", HttpMethod = "POST" } = destination;
  const connection = await host.call<Events.DescribeConnectionResponse>(
    "events",
    "DescribeConnection",
    { Name: nameOf(ConnectionArn) },
    options,
  );
  const { ConnectionState, AuthorizationType = "", SecretArn = "" } = connection;
  return {
    arn,
    endpoint: InvocationEndpoint,
    method: HttpMethod,
    perSecond: destination.InvocationRateLimitPerSecond ?? 300,
    connectionArn: ConnectionArn,
    connection:
      ConnectionState === "AUTHORIZED" ? { type: AuthorizationType, secretArn: SecretArn } : undefined,
  };
}
