import { type ConnectionSecret, carriedBy, NoToken, OAUTH } from "../../aws/http-connection.ts";
import { begin, stateOf } from "../../aws/lifecycle.ts";
import { pageOf } from "../../aws/page.ts";
import { readJson } from "../../core/read-json.ts";
import type { Context, Handlers } from "../../core/service.ts";
import type * as Events from "../../models/generated/events.ts";
import { type ConnectionRecord, connectionArn, connectionRecords, findConnection } from "./connection.ts";
import { secretOf, shownOf } from "./connection-secret.ts";
import { connectionExists, validation } from "./errors.ts";
import { connectionLifecycle } from "./lifecycles.ts";
import { PAGE_SIZE, refuseToken } from "./lists.ts";

/** Connections of API destinations: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-target-connection.html */
export const connections: Handlers<Events.Operations> = {
  async CreateConnection(input, ctx) {
    const { Name: name, AuthorizationType, AuthParameters } = input;
    checkParameters(AuthorizationType, AuthParameters);
    if (ctx.store.collection(connectionRecords).has([name])) throw connectionExists(name);
    const id = ctx.random.uuid();
    const secret = await ctx.call<{ ARN: string }>("secretsmanager", "CreateSecret", {
      Name: `events!connection/${name}/${ctx.random.uuid()}`,
      SecretString: JSON.stringify(secretOf(AuthParameters)),
      Description: `Created by EventBridge for the connection ${name}`,
    });
    const isAuthorized = await authorize(AuthorizationType, secret.ARN, secretOf(AuthParameters), ctx);
    const now = ctx.clock.now();
    const arn = connectionArn(ctx, name, id);
    const connection: ConnectionRecord = {
      name,
      id,
      arn,
      ...(input.Description !== undefined && { description: input.Description }),
      authorizationType: AuthorizationType,
      secretArn: secret.ARN,
      shown: shownOf(AuthParameters),
      createdAtMs: now,
      modifiedAtMs: now,
      authorizedAtMs: now,
      ...(!isAuthorized && { isDeauthorized: true }),
      transition: begin(connectionLifecycle, "AUTHORIZING", arn, ctx, ctx),
    };
    save(connection, ctx);
    const { LastAuthorizedTime: _, ...answer } = changed(connection, ctx);
    return answer;
  },

  async UpdateConnection(input, ctx) {
    const before = findConnection(input.Name, ctx);
    const { AuthParameters = {}, AuthorizationType = before.authorizationType } = input;
    const isOther = AuthorizationType !== before.authorizationType;
    if (isOther) checkParameters(AuthorizationType, AuthParameters);
    const kept = isOther ? {} : await readSecret(before, ctx);
    const secret = secretOf(AuthParameters, kept);
    await ctx.call("secretsmanager", "PutSecretValue", {
      SecretId: before.secretArn,
      SecretString: JSON.stringify(secret),
    });
    const isAuthorized = await authorize(AuthorizationType, before.secretArn, secret, ctx);
    const now = ctx.clock.now();
    const { isDeauthorized: _, ...rest } = before;
    const connection: ConnectionRecord = {
      ...rest,
      ...(input.Description !== undefined && { description: input.Description }),
      authorizationType: AuthorizationType,
      shown: isOther ? shownOf(AuthParameters) : { ...before.shown, ...shownOf(AuthParameters) },
      modifiedAtMs: now,
      authorizedAtMs: isAuthorized ? now : before.authorizedAtMs,
      ...(!isAuthorized && { isDeauthorized: true }),
      transition: begin(connectionLifecycle, "UPDATING", before.arn, ctx, ctx),
    };
    save(connection, ctx);
    return changed(connection, ctx);
  },

  async DeauthorizeConnection(input, ctx) {
    const before = findConnection(input.Name, ctx);
    await ctx.call("secretsmanager", "PutSecretValue", { SecretId: before.secretArn, SecretString: "{}" });
    const connection: ConnectionRecord = {
      ...before,
      isDeauthorized: true,
      modifiedAtMs: ctx.clock.now(),
      transition: begin(connectionLifecycle, "DEAUTHORIZING", before.arn, ctx, ctx),
    };
    save(connection, ctx);
    return changed(connection, ctx);
  },

  DescribeConnection(input, ctx) {
    const connection = findConnection(input.Name, ctx);
    return {
      ...summary(connection, ctx),
      ...(connection.description !== undefined && { Description: connection.description }),
      SecretArn: connection.secretArn,
      AuthParameters: connection.shown,
    };
  },

  async DeleteConnection(input, ctx) {
    const connection = findConnection(input.Name, ctx);
    // A secret that is gone can be deleted again: what fails in between is done by the next attempt.
    await ctx.call("secretsmanager", "DeleteSecret", {
      SecretId: connection.secretArn,
      ForceDeleteWithoutRecovery: true,
    });
    ctx.store.collection(connectionRecords).delete([connection.name]);
    return { ...changed(connection, ctx), ConnectionState: "DELETING" };
  },

  ListConnections({ NextToken: token, Limit: size = PAGE_SIZE, ...query }, ctx) {
    const { NamePrefix: prefix = "", ConnectionState: state } = query;
    const { items, nextToken } = pageOf(ctx.store.collection(connectionRecords), {
      size,
      token,
      query,
      keep: (connection) =>
        connection.name.startsWith(prefix) && (state === undefined || state === stateIn(connection, ctx)),
      refuse: refuseToken,
    });
    return {
      Connections: items.map((connection) => summary(connection, ctx)),
      ...(nextToken && { NextToken: nextToken }),
    };
  },
};

/** @throws the error of Secrets Manager */
async function readSecret({ secretArn }: ConnectionRecord, { call }: Context): Promise<ConnectionSecret> {
  const { SecretString } = await call<{ SecretString?: string }>("secretsmanager", "GetSecretValue", {
    SecretId: secretArn,
  });
  return readJson(SecretString ?? "{}") as ConnectionSecret;
}

const WANTED: Readonly<Record<string, keyof Events.CreateConnectionAuthRequestParameters>> = {
  BASIC: "BasicAuthParameters",
  API_KEY: "ApiKeyAuthParameters",
  OAUTH_CLIENT_CREDENTIALS: "OAuthParameters",
};

function checkParameters(type: string, parameters: Events.UpdateConnectionAuthRequestParameters): void {
  const wanted = WANTED[type];
  if (wanted !== undefined && parameters[wanted as keyof typeof parameters] === undefined)
    throw validation(
      `Authorization parameters ${wanted} must be provided for the authorization type ${type}.`,
    );
}

function save(connection: ConnectionRecord, { store }: Context): void {
  store.collection(connectionRecords).put([connection.name], connection);
}

function stateIn({ transition, isDeauthorized }: ConnectionRecord, { host }: Context): string {
  const state = stateOf(connectionLifecycle, transition, "AUTHORIZED", host);
  return isDeauthorized && state === "AUTHORIZED" ? "DEAUTHORIZED" : state;
}

/** A connection of OAuth is authorized once its endpoint gives a token: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-target-connection-states.html */
async function authorize(
  type: string,
  secretArn: string,
  secret: ConnectionSecret,
  { clock }: Context,
): Promise<boolean> {
  if (type !== OAUTH) return true;
  try {
    await carriedBy({ type, secretArn, secretText: JSON.stringify(secret), by: "events", clock });
    return true;
  } catch (error) {
    if (!(error instanceof NoToken)) throw error;
    return false;
  }
}

const changed = (connection: ConnectionRecord, ctx: Context) => ({
  ConnectionArn: connection.arn,
  ConnectionState: stateIn(connection, ctx),
  CreationTime: new Date(connection.createdAtMs),
  LastModifiedTime: new Date(connection.modifiedAtMs),
  LastAuthorizedTime: new Date(connection.authorizedAtMs),
});

const summary = (connection: ConnectionRecord, ctx: Context) => ({
  ...changed(connection, ctx),
  Name: connection.name,
  AuthorizationType: connection.authorizationType,
});
