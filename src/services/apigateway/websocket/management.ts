import { AwsError, awsError } from "../../../core/aws-error.ts";
import type { Context, Handlers, Service } from "../../../core/service.ts";
import type * as Management from "../../../models/generated/apigatewaymanagementapi.ts";
import { type Connection, connectionsOf } from "./connections.ts";
import { send } from "./server.ts";

const LARGEST_MESSAGE = 128 * 1024;

const gone = awsError("GoneException", 410, "");
const tooLarge = () =>
  new AwsError("PayloadTooLargeException", "Message too long", {
    status: 413,
    members: { Message: "Message too long" },
  });

/** Ids as `$connect` gives them. AWS tells one that can be none from one that is gone. */
const CONNECTION_ID = /^[A-Za-z0-9_-]{11,}={0,2}$/;
const badId = awsError("BadRequestException", 400, (id: string) => `Invalid connectionId: ${id}`);

function find(ctx: Context, id: string): Connection {
  if (!CONNECTION_ID.test(id)) throw badId(id);
  const connection = connectionsOf(ctx.host.bus).get(id);
  if (!connection) throw gone();
  return connection;
}

/** `@connections`: what backends say to the clients of a WebSocket API. */
const operations: Handlers<Management.Operations> = {
  PostToConnection({ ConnectionId, Data }, ctx) {
    const connection = find(ctx, ConnectionId);
    if (Data.length > LARGEST_MESSAGE) throw tooLarge();
    const text = Buffer.from(Data);
    connection.lastActiveAtMs = ctx.clock.now();
    // Text as text: browsers give binary frames to their pages as blobs.
    const decoded = text.toString();
    send(connection.socket, Buffer.from(decoded).equals(text) ? decoded : text);
  },

  GetConnection({ ConnectionId }, ctx) {
    const { connectedAtMs, lastActiveAtMs, sourceIp, userAgent } = find(ctx, ConnectionId);
    return {
      ConnectedAt: new Date(connectedAtMs),
      LastActiveAt: new Date(lastActiveAtMs),
      Identity: { SourceIp: sourceIp, UserAgent: userAgent },
    };
  },

  DeleteConnection({ ConnectionId }, ctx) {
    find(ctx, ConnectionId).end(1000, "Connection Closed Normally");
  },
};

export const managementApi = (): Service => ({ name: "apigatewaymanagementapi", operations });
