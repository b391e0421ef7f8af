import type { Transition } from "../../aws/lifecycle.ts";
import { type CollectionDefinition, defineCollection } from "../../core/storage.ts";
import type * as APIGateway from "../../models/generated/apigateway.ts";

/**
 * What is kept of REST APIs, per account and region. All values hold Dates, hence the structured codec.
 * Everything below an API has the API's id as the first part of its key.
 */

type Kept<T, Names extends keyof T> = Omit<T, Names> & { [Name in Names]-?: NonNullable<T[Name]> };

export type RestApi = Kept<
  Omit<APIGateway.RestApi, "warnings">,
  "id" | "name" | "createdDate" | "rootResourceId" | "apiKeySource" | "endpointConfiguration"
>;
/** A method with everything below it: responses, integration, integration responses. */
export type Method = Kept<APIGateway.Method, "httpMethod" | "authorizationType" | "apiKeyRequired">;
export type Integration = Kept<APIGateway.Integration, "type">;
export interface Resource {
  readonly id: string;
  readonly parentId?: string;
  readonly pathPart?: string;
  readonly path: string;
  readonly methods: Readonly<Record<string, Method>>;
}
export type Deployment = Kept<APIGateway.Deployment, "id" | "createdDate">;
export type Stage = Kept<
  APIGateway.Stage,
  "stageName" | "deploymentId" | "methodSettings" | "createdDate" | "lastUpdatedDate"
> & { readonly cacheTransition?: Transition | undefined };
export type Model = Kept<APIGateway.Model, "id" | "name" | "contentType">;
export type RequestValidator = Kept<
  APIGateway.RequestValidator,
  "id" | "validateRequestBody" | "validateRequestParameters"
>;
export type Authorizer = Kept<APIGateway.Authorizer, "id" | "name" | "type">;
export type GatewayResponse = Kept<APIGateway.GatewayResponse, "responseType">;
export type DocumentationPart = Kept<APIGateway.DocumentationPart, "id" | "location" | "properties">;
export type DocumentationVersion = Kept<APIGateway.DocumentationVersion, "version" | "createdDate">;
export type ApiKey = Kept<
  APIGateway.ApiKey,
  "id" | "value" | "enabled" | "createdDate" | "lastUpdatedDate" | "stageKeys"
>;
export type UsagePlan = Kept<APIGateway.UsagePlan, "id" | "name" | "apiStages">;
export interface UsagePlanKey {
  readonly id: string;
  readonly usagePlanId: string;
  readonly type: string;
}
export type DomainName = Kept<APIGateway.DomainName, "domainName" | "endpointConfiguration"> & {
  readonly transition?: Transition | undefined;
};
export type BasePathMapping = Kept<APIGateway.BasePathMapping, "basePath" | "restApiId"> & {
  /** The id that version 2 gives a mapping. */
  readonly apiMappingId?: string;
};
export type VpcLink = Kept<APIGateway.VpcLink, "id" | "name" | "targetArns" | "status"> & {
  readonly transition?: Transition | undefined;
};
export type ClientCertificate = Kept<
  APIGateway.ClientCertificate,
  "clientCertificateId" | "createdDate" | "expirationDate"
>;
export type AccessAssociation = Kept<
  APIGateway.DomainNameAccessAssociation,
  "domainNameAccessAssociationArn" | "domainNameArn"
>;

/** Everything of an API that a deployment freezes: what the data plane serves. */
export interface Snapshot {
  readonly api: RestApi;
  readonly resources: readonly Resource[];
  readonly models: readonly Model[];
  readonly validators: readonly RequestValidator[];
  readonly authorizers: readonly Authorizer[];
  readonly gatewayResponses: readonly GatewayResponse[];
}

const kept = <V>(name: string) => defineCollection<V>({ name, codec: "structured" });

export const restApis = kept<RestApi>("rest-apis");
export const resources = kept<Resource>("resources");
export const deployments = kept<Deployment>("deployments");
export const snapshots = kept<Snapshot>("snapshots");
export const stages = kept<Stage>("stages");
export const models = kept<Model>("models");
export const requestValidators = kept<RequestValidator>("request-validators");
export const authorizers = kept<Authorizer>("authorizers");
export const gatewayResponses = kept<GatewayResponse>("gateway-responses");
export const documentationParts = kept<DocumentationPart>("documentation-parts");
export const documentationVersions = kept<DocumentationVersion & { parts: DocumentationPart[] }>(
  "documentation-versions",
);
export const apiKeys = defineCollection<ApiKey>({
  name: "api-keys",
  codec: "structured",
  indexes: { value: (key) => [key.value] },
});
export const usagePlans = kept<UsagePlan>("usage-plans");
/** Keys: [usagePlanId, keyId]. */
export const usagePlanKeys = defineCollection<UsagePlanKey>({
  name: "usage-plan-keys",
  indexes: { key: (planKey) => [planKey.id] },
});
/** Requests used: [usagePlanId, keyId, "2026-11-23"] → [used, remaining]. */
export const usage = defineCollection<[number, number]>({ name: "usage" });
export const domainNames = kept<DomainName>("domain-names");
/** Keys: [domainName, basePath]. */
export const basePathMappings = kept<BasePathMapping>("base-path-mappings");
export const accessAssociations = kept<AccessAssociation>("access-associations");
export const vpcLinks = kept<VpcLink>("vpc-links");
export const clientCertificates = kept<ClientCertificate>("client-certificates");
export const account = kept<APIGateway.Account>("account");

/** What goes with an API when it is deleted, whatever its type. */
export const belowApi: readonly CollectionDefinition<unknown>[] = [
  resources,
  deployments,
  snapshots,
  stages,
  models,
  requestValidators,
  authorizers,
  gatewayResponses,
  documentationParts,
  documentationVersions,
].map((definition) => definition as unknown as CollectionDefinition<unknown>);

/** What a clone of an API takes over beside its resources. */
export const cloned: readonly CollectionDefinition<unknown>[] = [
  models,
  requestValidators,
  authorizers,
  gatewayResponses,
  documentationParts,
].map((definition) => definition as unknown as CollectionDefinition<unknown>);
