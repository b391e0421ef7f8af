import { Draft } from "../draft.ts";
import { invalidResource } from "../errors.ts";
import { aListOfTexts, aMap, inResource, something } from "../expect.ts";
import { getAtt, ref } from "../intrinsics.ts";
import { hashedId } from "../logical-id.ts";
import type { Translation } from "../translation.ts";
import { given, isFilled, own, type Value, type Values } from "../value.ts";
import { recordSetGroup } from "./record-sets.ts";

/** Route 53's hosted zone of all of CloudFront. */
const CLOUDFRONT_ZONE = "Z2FDTNDATAQYW2";

/** `Domain` of a REST API: a custom domain, its paths, and its records. */
export function restDomain(
  id: string,
  domain: Values,
  attributes: Values,
  translation: Translation,
): Draft[] {
  const name = something(own(domain, "DomainName"), inResource(id, "Domain.DomainName"));
  const certificate = something(own(domain, "CertificateArn"), inResource(id, "Domain.CertificateArn"));
  const isPrivate = domain["EndpointConfiguration"] === "PRIVATE";
  const domainId = hashedId(isPrivate ? "ApiGatewayDomainNameV2" : "ApiGatewayDomainName", name);
  if (!isPrivate) domain["ApiDomainName"] = domainId;
  const endpoint = endpointOf(id, domain);
  const draft = new Draft(
    isPrivate ? "AWS::ApiGateway::DomainNameV2" : "AWS::ApiGateway::DomainName",
    domainId,
    {
      DomainName: name,
      ...(endpoint === "REGIONAL"
        ? { RegionalCertificateArn: certificate }
        : { CertificateArn: certificate }),
      EndpointConfiguration: given({
        Types: [endpoint],
        IpAddressType: isFilled(domain["IpAddressType"]) ? domain["IpAddressType"] : undefined,
      }),
      MutualTlsAuthentication: isPrivate ? undefined : mutualTls(id, domain["MutualTlsAuthentication"]),
      ...optional(domain, isPrivate),
    },
    attributes,
  );
  const drafts = [draft, ...mappings(id, domain, draft, isPrivate, attributes)];
  const association = isPrivate ? accessAssociation(id, domain, draft, attributes) : undefined;
  if (association) drafts.push(association);
  // A private domain's alias has no attributes of the domain in it; AWS names the domain there.
  const alias = (route53: Values) => aliasTarget(domain, isPrivate ? String(name) : domainId, route53);
  const records = recordSetGroup(id, domain, alias, attributes, translation.recordSetGroups);
  return records ? [...drafts, records] : drafts;
}

function endpointOf(id: string, domain: Values): Value {
  domain["EndpointConfiguration"] ??= "REGIONAL";
  const endpoint = domain["EndpointConfiguration"];
  if (endpoint === "EDGE" || endpoint === "REGIONAL" || endpoint === "PRIVATE") return endpoint;
  throw invalidResource(
    id,
    "EndpointConfiguration for Custom Domains must be one of ['EDGE', 'REGIONAL', 'PRIVATE'].",
  );
}

export function mutualTls(id: string, written: Value | undefined): Values | undefined {
  if (!isFilled(written)) return undefined;
  const tls = aMap(written, inResource(id, "Domain.MutualTlsAuthentication"));
  if (Object.keys(tls).some((name) => name !== "TruststoreUri" && name !== "TruststoreVersion")) {
    throw invalidResource(
      id,
      "Available Domain.MutualTlsAuthentication fields are ['TruststoreUri', 'TruststoreVersion'].",
    );
  }
  return Object.fromEntries(Object.entries(tls).filter(([, value]) => isFilled(value)));
}

function optional(domain: Values, isPrivate: boolean): Values {
  const names = [
    "SecurityPolicy",
    "EndpointAccessMode",
    isPrivate ? "Policy" : "OwnershipVerificationCertificateArn",
  ];
  return Object.fromEntries(
    names.filter((name) => isFilled(domain[name])).map((name) => [name, domain[name] as Value]),
  );
}

function mappings(id: string, domain: Values, draft: Draft, isPrivate: boolean, attributes: Values): Draft[] {
  const mapping = (mappingId: string, path?: string) =>
    new Draft(
      isPrivate ? "AWS::ApiGateway::BasePathMappingV2" : "AWS::ApiGateway::BasePathMapping",
      mappingId,
      {
        ...(isPrivate ? { DomainNameArn: draft.ref } : { DomainName: draft.ref }),
        RestApiId: ref(id),
        Stage: ref(`${id}.Stage`),
        BasePath: path,
      },
      attributes,
    );
  const written = domain["BasePath"];
  if (!isFilled(written) || (typeof written !== "string" && !Array.isArray(written))) {
    return [mapping(`${id}BasePathMapping`)];
  }
  const paths = aListOfTexts(Array.isArray(written) ? written : [written], inResource(id, "Domain.BasePath"));
  const normalizes = isFilled(domain["NormalizeBasePath"] ?? true);
  return paths.map((path) => {
    const letters = path.replace(/[^\p{L}\p{N}]/gu, "");
    return mapping(`${id}${letters}BasePathMapping`, normalizes ? letters : path);
  });
}

function accessAssociation(id: string, domain: Values, draft: Draft, attributes: Values): Draft | undefined {
  if (own(domain, "AccessAssociation") === undefined) return undefined;
  const association = aMap(domain["AccessAssociation"], inResource(id, "Domain.AccessAssociation"));
  const endpoint = association["VpcEndpointId"] ?? null;
  return new Draft(
    "AWS::ApiGateway::DomainNameAccessAssociation",
    hashedId("DomainNameAccessAssociation", [endpoint, draft.id]),
    { DomainNameArn: draft.ref, AccessAssociationSourceType: "VPCE", AccessAssociationSource: endpoint },
    attributes,
  );
}

function aliasTarget(domain: Values, domainId: string, route53: Values): Values {
  const at = (): Readonly<Record<string, Value | undefined>> => {
    if (domain["EndpointConfiguration"] === "REGIONAL") {
      return {
        HostedZoneId: getAtt(domainId, "RegionalHostedZoneId"),
        DNSName: getAtt(domainId, "RegionalDomainName"),
      };
    }
    if (domain["EndpointConfiguration"] === "EDGE") {
      const name = own(route53, "DistributionDomainName") ?? getAtt(domainId, "DistributionDomainName");
      return { HostedZoneId: CLOUDFRONT_ZONE, DNSName: name };
    }
    return { HostedZoneId: route53["VpcEndpointHostedZoneId"], DNSName: route53["VpcEndpointDomainName"] };
  };
  return given({ EvaluateTargetHealth: own(route53, "EvaluateTargetHealth"), ...at() });
}
