import { untilKept } from "../../aws/due.ts";
import { type ApiDestination, callApiDestination } from "../../aws/http-target.ts";
import { partsOf } from "../../core/arn.ts";
import { AwsError } from "../../core/aws-error.ts";
import type { ServiceHost } from "../../core/service.ts";
import type { Store } from "../../core/storage.ts";
import { destinationRecords } from "./api-destination.ts";
import { connectionNameOf } from "./api-destinations.ts";
import { type ConnectionRecord, connectionRecords } from "./connection.ts";
import type { Outgoing } from "./target-call.ts";

/** Calls an API destination with what its connection says. @throws AwsError */
export async function sendToApiDestination(host: ServiceHost, outgoing: Outgoing): Promise<void> {
  const { target, body, parentId } = outgoing;
  const destination = destinationAt(host, target.Arn);
  await callApiDestination(destination, {
    host,
    body,
    parameters: target.HttpParameters,
    by: "events",
    parentId,
  });
}

/** @throws AwsError for one that is not there */
function destinationAt(host: ServiceHost, arn: string): ApiDestination {
  const { account, region, resource } = partsOf(arn);
  const store = host.store(account, region);
  const kept = store.collection(destinationRecords).get([resource.split("/")[1] ?? ""]);
  if (kept?.arn !== arn) throw new AwsError("NO_RESOURCE", `The API destination ${arn} does not exist.`);
  const connection = store.collection(connectionRecords).get([connectionNameOf(kept.connectionArn)]);
  const { endpoint, method, perSecond, connectionArn } = kept;
  return {
    arn,
    endpoint,
    method,
    perSecond,
    connectionArn,
    connection:
      connection && !connection.isDeauthorized
        ? { type: connection.authorizationType, secretArn: connection.secretArn }
        : undefined,
    refused: () => connection && untilKept(host, () => deauthorize(store, connection)),
  };
}

/** What is refused is not sent again until the connection is changed: what it was, it is no more. */
function deauthorize(store: Store, { name, modifiedAtMs }: ConnectionRecord): void {
  const connections = store.collection(connectionRecords);
  const now = connections.get([name]);
  if (now?.modifiedAtMs === modifiedAtMs) connections.put([name], { ...now, isDeauthorized: true });
}
