import type { Transition } from "../../../aws/lifecycle.ts";
import { type CollectionDefinition, defineCollection } from "../../../core/storage.ts";
import type * as V2 from "../../../models/generated/apigatewayv2.ts";

/** What is kept of HTTP and WebSocket APIs, per account and region. Everything below an API begins its key with the API's id. */

type Kept<T, Names extends keyof T> = Omit<T, Names> & { [Name in Names]-?: NonNullable<T[Name]> };

export type HttpApi = Kept<V2.Api, "ApiId" | "ProtocolType">;
export type Route = Kept<V2.Route, "RouteId" | "AuthorizationType" | "ApiKeyRequired">;
export type Integration = Kept<V2.Integration, "IntegrationId" | "IntegrationType">;
export type Authorizer = Kept<V2.Authorizer, "AuthorizerId" | "AuthorizerType">;
export type Stage = Kept<V2.Stage, "AutoDeploy">;
export type Deployment = Kept<V2.Deployment, "DeploymentId"> & {
  readonly transition?: Transition | undefined;
};
export type VpcLink = V2.VpcLink & { readonly transition?: Transition | undefined };
export type Model = Kept<V2.Model, "ModelId">;
export type IntegrationResponse = Kept<V2.IntegrationResponse, "IntegrationResponseId">;
export type RouteResponse = Kept<V2.RouteResponse, "RouteResponseId">;

/** An API as a deployment froze it. */
export interface Snapshot {
  readonly api: HttpApi;
  readonly routes: readonly Route[];
  readonly integrations: readonly Integration[];
  readonly authorizers: readonly Authorizer[];
  readonly integrationResponses: readonly (IntegrationResponse & { IntegrationId: string })[];
}

const kept = <V>(name: string) => defineCollection<V>({ name, codec: "structured" });

export const httpApis = kept<HttpApi>("http-apis");
export const routes = kept<Route>("routes");
export const integrations = kept<Integration>("integrations");
export const authorizers = kept<Authorizer>("http-authorizers");
export const stages = kept<Stage>("http-stages");
export const deployments = kept<Deployment>("http-deployments");
export const snapshots = kept<Snapshot>("http-snapshots");
export const models = kept<Model>("http-models");
/** Keys: [apiId, integrationId, id]. */
export const integrationResponses = kept<IntegrationResponse & { IntegrationId: string }>(
  "integration-responses",
);
/** Keys: [apiId, routeId, id]. */
export const routeResponses = kept<RouteResponse>("route-responses");
export const vpcLinks = kept<VpcLink>("http-vpc-links");

export const belowApi = [
  routes,
  integrations,
  authorizers,
  stages,
  deployments,
  snapshots,
  models,
  integrationResponses,
  routeResponses,
].map((definition) => definition as unknown as CollectionDefinition<unknown>);
