/** What a connection keeps in Secrets Manager, in the form that AWS gives it. */
import type { ConnectionSecret, HttpParameters } from "../../aws/http-connection.ts";
import type * as Events from "../../models/generated/events.ts";

type AuthParameters =
  | Events.CreateConnectionAuthRequestParameters
  | Events.UpdateConnectionAuthRequestParameters;

export function secretOf(parameters: AuthParameters, before: ConnectionSecret = {}): ConnectionSecret {
  const { BasicAuthParameters: basic, ApiKeyAuthParameters: key, OAuthParameters: oauth } = parameters;
  const { InvocationHttpParameters: invocation } = parameters;
  return defined({
    ...before,
    username: basic?.Username ?? before.username,
    password: basic?.Password ?? before.password,
    api_key_name: key?.ApiKeyName ?? before.api_key_name,
    api_key_value: key?.ApiKeyValue ?? before.api_key_value,
    client_id: oauth?.ClientParameters?.ClientID ?? before.client_id,
    client_secret: oauth?.ClientParameters?.ClientSecret ?? before.client_secret,
    authorization_endpoint: oauth?.AuthorizationEndpoint ?? before.authorization_endpoint,
    http_method: oauth?.HttpMethod ?? before.http_method,
    oauth_http_parameters: httpParameters(oauth?.OAuthHttpParameters) ?? before.oauth_http_parameters,
    invocation_http_parameters: httpParameters(invocation) ?? before.invocation_http_parameters,
  });
}

function httpParameters(given: Events.ConnectionHttpParameters | undefined): HttpParameters | undefined {
  if (!given) return undefined;
  return defined({
    header_parameters: given.HeaderParameters?.map(parameter),
    query_string_parameters: given.QueryStringParameters?.map(parameter),
    body_parameters: given.BodyParameters?.map(parameter),
  });
}

const parameter = ({ Key = "", Value = "", IsValueSecret = false }: Events.ConnectionHeaderParameter) => ({
  key: Key,
  value: Value,
  is_value_secret: IsValueSecret,
});

function defined<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as never;
}

/** What DescribeConnection shows: nothing that is secret. */
export function shownOf(parameters: AuthParameters): Events.ConnectionAuthResponseParameters {
  const { BasicAuthParameters: basic, ApiKeyAuthParameters: key, OAuthParameters: oauth } = parameters;
  const { InvocationHttpParameters: invocation } = parameters;
  return {
    ...(basic?.Username !== undefined && { BasicAuthParameters: { Username: basic.Username } }),
    ...(key?.ApiKeyName !== undefined && { ApiKeyAuthParameters: { ApiKeyName: key.ApiKeyName } }),
    ...(oauth && {
      OAuthParameters: {
        ...(oauth.ClientParameters?.ClientID !== undefined && {
          ClientParameters: { ClientID: oauth.ClientParameters.ClientID },
        }),
        ...(oauth.AuthorizationEndpoint !== undefined && {
          AuthorizationEndpoint: oauth.AuthorizationEndpoint,
        }),
        ...(oauth.HttpMethod !== undefined && { HttpMethod: oauth.HttpMethod }),
        ...(oauth.OAuthHttpParameters && { OAuthHttpParameters: shownParameters(oauth.OAuthHttpParameters) }),
      },
    }),
    ...(invocation && { InvocationHttpParameters: shownParameters(invocation) }),
  };
}

function shownParameters(given: Events.ConnectionHttpParameters): Events.ConnectionHttpParameters {
  const shown = <P extends { Value?: string; IsValueSecret?: boolean }>(list: readonly P[]): P[] =>
    list.map(({ Value, ...rest }) => (rest.IsValueSecret ? rest : { ...rest, Value }) as P);
  return {
    ...(given.HeaderParameters && { HeaderParameters: shown(given.HeaderParameters) }),
    ...(given.QueryStringParameters && { QueryStringParameters: shown(given.QueryStringParameters) }),
    ...(given.BodyParameters && { BodyParameters: shown(given.BodyParameters) }),
  };
}
