import { begin, stateOf } from "../../aws/lifecycle.ts";
import { makeArn } from "../../core/arn.ts";
import type { Context, Handlers } from "../../core/service.ts";
import type * as APIGateway from "../../models/generated/apigateway.ts";
import * as kept from "./collections.ts";
import { associationNotFound, badRequest, domainNameExists, domainNameNotFound } from "./errors.ts";
import { newId } from "./identifiers.ts";
import { domainNameLifecycle } from "./lifecycles.ts";
import { pageOf } from "./pages.ts";
import { entries, member, nested, type PatchRule, patched } from "./patch.ts";

/** The service that requests under a domain name are for. It says so itself, once it is loaded. */
export const DATA_PLANE = "execute-api";

/** @throws NotFoundException */
export function findDomainName(ctx: Context, domainName: string): kept.DomainName {
  const domain = ctx.store.collection(kept.domainNames).get([domainName.toLowerCase()]);
  if (!domain) throw domainNameNotFound();
  return domain;
}

export const domainNames: Handlers<APIGateway.Operations> = {
  async CreateDomainName(input, ctx) {
    await ctx.host.load(DATA_PLANE);
    const domain = newDomainName(input, ctx);
    ctx.store.collection(kept.domainNames).put([domain.domainName], domain);
    return described(domain, ctx);
  },

  GetDomainName: ({ domainName }, ctx) => described(findDomainName(ctx, domainName), ctx),

  GetDomainNames(input, ctx) {
    const { items, ...next } = pageOf(ctx.store.collection(kept.domainNames), input);
    return { items: items.map((domain) => described(domain, ctx)), ...next };
  },

  UpdateDomainName({ domainName, patchOperations }, ctx) {
    const domain = {
      ...patched(findDomainName(ctx, domainName), patchOperations, patches),
      transition: updating(domainName, ctx),
    };
    ctx.store.collection(kept.domainNames).put([domain.domainName], domain);
    return described(domain, ctx);
  },

  DeleteDomainName({ domainName }, ctx) {
    const domain = findDomainName(ctx, domainName);
    ctx.store.transaction(() => {
      ctx.store.collection(kept.domainNames).delete([domain.domainName]);
      ctx.store.collection(kept.basePathMappings).clear({ prefix: [domain.domainName] });
    });
  },

  CreateDomainNameAccessAssociation(input, ctx) {
    const name = input.domainNameArn.split("/domainnames/")[1]?.split("+")[0] ?? "";
    findDomainName(ctx, name);
    const association: kept.AccessAssociation = {
      ...input,
      domainNameAccessAssociationArn: makeArn(
        "apigateway",
        ctx.region,
        ctx.account,
        `/domainnameaccessassociations/domainname/${name}/vpcesource/${input.accessAssociationSource}`,
      ),
    };
    ctx.store
      .collection(kept.accessAssociations)
      .put([association.domainNameAccessAssociationArn], association);
    return association;
  },

  GetDomainNameAccessAssociations: (input, ctx) =>
    pageOf(ctx.store.collection(kept.accessAssociations), input),

  DeleteDomainNameAccessAssociation({ domainNameAccessAssociationArn: arn }, ctx) {
    if (!ctx.store.collection(kept.accessAssociations).delete([arn])) throw associationNotFound();
  },

  RejectDomainNameAccessAssociation({ domainNameAccessAssociationArn: arn }, ctx) {
    if (!ctx.store.collection(kept.accessAssociations).delete([arn])) throw associationNotFound();
  },
};

const arnOf = (domainName: string, ctx: Context) =>
  makeArn("apigateway", ctx.region, "", `/domainnames/${domainName.toLowerCase()}`);

/** The name serves at once, whatever its status is: there is no certificate or DNS to wait for. */
export const updating = (domainName: string, ctx: Context) =>
  begin(domainNameLifecycle, "UPDATING", arnOf(domainName, ctx), ctx, ctx);

export const domainNameStatus = ({ transition }: kept.DomainName, { host }: Context): string =>
  stateOf(domainNameLifecycle, transition, "AVAILABLE", host);

function described(domain: kept.DomainName, ctx: Context): APIGateway.DomainName {
  const { transition: _, ...known } = domain;
  return { ...known, domainNameStatus: domainNameStatus(domain, ctx) };
}

/** A new custom domain name, complete. */
export function newDomainName(input: APIGateway.CreateDomainNameRequest, ctx: Context): kept.DomainName {
  const domainName = input.domainName.toLowerCase();
  if (!/^(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)*$/.test(domainName))
    throw badRequest("Invalid domain name specified");
  if (ctx.store.collection(kept.domainNames).has([domainName])) throw domainNameExists();
  const {
    certificateBody: _b,
    certificatePrivateKey: _k,
    certificateChain: _c,
    endpointConfiguration,
    ...given
  } = input;
  const types = endpointConfiguration?.types ?? (input.regionalCertificateArn ? ["REGIONAL"] : ["EDGE"]);
  const regional = types.includes("REGIONAL");
  const id = newId(ctx.random);
  return {
    ...given,
    domainName,
    domainNameArn: arnOf(domainName, ctx),
    endpointConfiguration: { ipAddressType: "ipv4", ...endpointConfiguration, types },
    transition: updating(domainName, ctx),
    securityPolicy: input.securityPolicy ?? "TLS_1_2",
    routingMode: input.routingMode ?? "BASE_PATH_MAPPING_ONLY",
    ...(input.certificateBody && { certificateUploadDate: new Date(ctx.clock.now()) }),
    ...(regional
      ? {
          regionalDomainName: `d-${id}.execute-api.${ctx.region}.amazonaws.com`,
          regionalHostedZoneId: "Z1UJRXOUMOOFQ8",
        }
      : { distributionDomainName: `d${id}.cloudfront.net`, distributionHostedZoneId: "Z2FDTNDATAQYW2" }),
  };
}

const patches: PatchRule<kept.DomainName>[] = [
  member("certificateName"),
  member("certificateArn"),
  member("regionalCertificateName"),
  member("regionalCertificateArn"),
  member("ownershipVerificationCertificateArn"),
  member("securityPolicy"),
  member("routingMode"),
  member("policy"),
  member("endpointAccessMode"),
  nested("/mutualTlsAuthentication/truststoreUri", "text", ["add", "replace", "remove"]),
  nested("/mutualTlsAuthentication/truststoreVersion", "text", ["add", "replace", "remove"]),
  nested("/endpointConfiguration/ipAddressType"),
  {
    path: "/endpointConfiguration/types/{type}",
    ops: ["add", "replace", "remove"],
    apply: (draft, { op, value, params }) => {
      const types = draft.endpointConfiguration.types ?? [];
      const others = types.filter((type) => type !== params[0] && type !== value);
      const next = op === "remove" ? others : op === "add" ? [...types, value ?? "EDGE"] : [value ?? "EDGE"];
      draft.endpointConfiguration = { ...draft.endpointConfiguration, types: next };
    },
  },
  entries("/tags"),
];
