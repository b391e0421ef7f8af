import type { Context, Handlers } from "../../../core/service.ts";
import type * as V2 from "../../../models/generated/apigatewayv2.ts";
import { NO_BASE_PATH } from "../base-path-mappings.ts";
import {
  type BasePathMapping,
  basePathMappings,
  type DomainName,
  domainNames as domains,
  stages as restStages,
} from "../collections.ts";
import { DATA_PLANE, domainNameStatus, findDomainName, newDomainName, updating } from "../domain-names.ts";
import { newShortId } from "../identifiers.ts";
import { stages } from "./collections.ts";
import { conflict, notFound } from "./errors.ts";
import { page } from "./records.ts";

/** Custom domain names: the same things as in version 1, in version 2's words. */
export const domainNames: Handlers<V2.Operations> = {
  async CreateDomainName(input, ctx) {
    await ctx.host.load(DATA_PLANE);
    const configuration = input.DomainNameConfigurations?.[0];
    const domain = newDomainName(
      {
        domainName: input.DomainName,
        ...(configuration?.CertificateArn && { regionalCertificateArn: configuration.CertificateArn }),
        ...(configuration?.SecurityPolicy && { securityPolicy: configuration.SecurityPolicy }),
        ...(input.RoutingMode && { routingMode: input.RoutingMode }),
        ...(input.Tags && { tags: input.Tags }),
        endpointConfiguration: { types: [configuration?.EndpointType ?? "REGIONAL"] },
      },
      ctx,
    );
    ctx.store.collection(domains).put([domain.domainName], domain);
    return answer(domain, ctx);
  },

  GetDomainName: ({ DomainName: name }, ctx) => answer(findDomainName(ctx, name), ctx),

  GetDomainNames(input, ctx) {
    const { Items, NextToken } = page(
      ctx.store.collection(domains).values(),
      input,
      ({ domainName }) => domainName,
    );
    return { Items: Items.map((domain) => answer(domain, ctx)), NextToken };
  },

  UpdateDomainName({ DomainName: name, DomainNameConfigurations: configurations, RoutingMode }, ctx) {
    const before = findDomainName(ctx, name);
    const { CertificateArn, SecurityPolicy } = configurations?.[0] ?? {};
    const domain = {
      ...before,
      ...(CertificateArn && { regionalCertificateArn: CertificateArn }),
      ...(SecurityPolicy && { securityPolicy: SecurityPolicy }),
      ...(RoutingMode && { routingMode: RoutingMode }),
      transition: updating(name, ctx),
    };
    ctx.store.collection(domains).put([domain.domainName], domain);
    return answer(domain, ctx);
  },

  DeleteDomainName({ DomainName: name }, ctx) {
    const { domainName } = findDomainName(ctx, name);
    ctx.store.transaction(() => {
      ctx.store.collection(domains).delete([domainName]);
      ctx.store.collection(basePathMappings).clear({ prefix: [domainName] });
    });
  },

  CreateApiMapping({ DomainName: name, ApiId, ApiMappingKey, Stage }, ctx) {
    const { domainName } = findDomainName(ctx, name);
    checkStage(ctx, ApiId, Stage);
    const basePath = ApiMappingKey || NO_BASE_PATH;
    const mappings = ctx.store.collection(basePathMappings);
    if (mappings.has([domainName, basePath])) {
      throw conflict("ApiMapping key already exists for this domain name");
    }
    const mapping = { basePath, restApiId: ApiId, stage: Stage, apiMappingId: newShortId(ctx.random) };
    mappings.put([domainName, basePath], mapping);
    return answerMapping(mapping);
  },

  GetApiMapping: ({ DomainName: name, ApiMappingId }, ctx) =>
    answerMapping(findMapping(ctx, name, ApiMappingId)),

  GetApiMappings(input, ctx) {
    const { domainName } = findDomainName(ctx, input.DomainName);
    const all = [...ctx.store.collection(basePathMappings).values({ prefix: [domainName] })];
    return page(all.map(answerMapping), input, ({ ApiMappingKey }) => ApiMappingKey);
  },

  UpdateApiMapping({ DomainName: name, ApiMappingId, ApiId, ApiMappingKey, Stage }, ctx) {
    const before = findMapping(ctx, name, ApiMappingId);
    const basePath = ApiMappingKey === undefined ? before.basePath : ApiMappingKey || NO_BASE_PATH;
    const mapping = { ...before, basePath, restApiId: ApiId, ...(Stage && { stage: Stage }) };
    checkStage(ctx, ApiId, mapping.stage ?? "");
    const { domainName } = findDomainName(ctx, name);
    ctx.store.transaction(() => {
      ctx.store.collection(basePathMappings).delete([domainName, before.basePath]);
      ctx.store.collection(basePathMappings).put([domainName, basePath], mapping);
    });
    return answerMapping(mapping);
  },

  DeleteApiMapping({ DomainName: name, ApiMappingId }, ctx) {
    const { basePath } = findMapping(ctx, name, ApiMappingId);
    ctx.store.collection(basePathMappings).delete([findDomainName(ctx, name).domainName, basePath]);
  },
};

function checkStage(ctx: Context, apiId: string, stageName: string): void {
  const known =
    ctx.store.collection(stages).has([apiId, stageName]) ||
    ctx.store.collection(restStages).has([apiId, stageName]);
  if (!known) throw notFound("Stage", stageName);
}

/** Mappings made through version 1 have no id of their own; their base path stands for it. */
const idOf = (mapping: BasePathMapping): string =>
  mapping.apiMappingId ?? Buffer.from(mapping.basePath).toString("hex");

function findMapping(ctx: Context, name: string, id: string): BasePathMapping {
  const { domainName } = findDomainName(ctx, name);
  for (const mapping of ctx.store.collection(basePathMappings).values({ prefix: [domainName] })) {
    if (idOf(mapping) === id) return mapping;
  }
  throw notFound("ApiMapping", id);
}

const answerMapping = (mapping: BasePathMapping): V2.ApiMapping => ({
  ApiId: mapping.restApiId,
  ApiMappingId: idOf(mapping),
  ApiMappingKey: mapping.basePath === NO_BASE_PATH ? "" : mapping.basePath,
  Stage: mapping.stage ?? "",
});

const answer = (domain: DomainName, ctx: Context): V2.DomainName => ({
  DomainName: domain.domainName,
  DomainNameArn: domain.domainNameArn,
  ApiMappingSelectionExpression: "$request.basepath",
  RoutingMode: domain.routingMode,
  Tags: domain.tags ?? {},
  DomainNameConfigurations: [
    {
      ApiGatewayDomainName: domain.regionalDomainName ?? domain.distributionDomainName,
      ...(domain.regionalCertificateArn && { CertificateArn: domain.regionalCertificateArn }),
      DomainNameStatus: domainNameStatus(domain, ctx),
      EndpointType: domain.endpointConfiguration.types?.[0] ?? "REGIONAL",
      HostedZoneId: domain.regionalHostedZoneId ?? domain.distributionHostedZoneId,
      IpAddressType: domain.endpointConfiguration.ipAddressType ?? "ipv4",
      SecurityPolicy: domain.securityPolicy,
    },
  ],
});
