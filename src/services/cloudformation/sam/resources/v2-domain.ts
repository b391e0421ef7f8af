import { Draft } from "../draft.ts";
import { invalidResource } from "../errors.ts";
import { getAtt, ref } from "../intrinsics.ts";
import { hashedId } from "../logical-id.ts";
import type { Translation } from "../translation.ts";
import { given, isFilled, isMap, own, type Value, type Values } from "../value.ts";
import { recordSetGroup } from "./record-sets.ts";

/** `Domain` of an HTTP or WebSocket API: a custom domain, its paths, and its records. */
export function v2Domain(
  id: string,
  domain: Values,
  tag: string,
  attributes: Values,
  groups: Translation["recordSetGroups"],
): Draft[] {
  const name = own(domain, "DomainName");
  const certificate = own(domain, "CertificateArn");
  if (name === undefined || certificate === undefined) {
    throw invalidResource(
      id,
      "Custom Domains only works if both DomainName and CertificateArn are provided.",
    );
  }
  const domainId = hashedId("ApiGatewayDomainNameV2", name);
  domain["ApiDomainName"] = domainId;
  domain["EndpointConfiguration"] ??= "REGIONAL";
  const endpoint = domain["EndpointConfiguration"];
  if (endpoint !== "REGIONAL") {
    throw invalidResource(id, "EndpointConfiguration for Custom Domains must be one of ['REGIONAL'].");
  }
  const filled = (property: string) => (isFilled(domain[property]) ? domain[property] : undefined);
  const draft = new Draft(
    "AWS::ApiGatewayV2::DomainName",
    domainId,
    {
      DomainName: name,
      Tags: { [tag]: "SAM" },
      DomainNameConfigurations: [
        given({
          CertificateArn: certificate,
          EndpointType: endpoint,
          OwnershipVerificationCertificateArn: filled("OwnershipVerificationCertificateArn"),
          SecurityPolicy: filled("SecurityPolicy"),
        }),
      ],
      MutualTlsAuthentication: mutualTls(id, domain["MutualTlsAuthentication"]),
    },
    attributes,
  );
  const alias = (route53: Values) =>
    given({
      EvaluateTargetHealth: own(route53, "EvaluateTargetHealth"),
      HostedZoneId: getAtt(domainId, "RegionalHostedZoneId"),
      DNSName: getAtt(domainId, "RegionalDomainName"),
    });
  // The groups of these APIs have no switch to stand alone.
  const { SeparateRecordSetGroup: _, ...route53 } = isMap(domain["Route53"]) ? domain["Route53"] : {};
  const records = recordSetGroup(
    id,
    isMap(domain["Route53"]) ? { ...domain, Route53: route53 } : domain,
    alias,
    attributes,
    groups,
  );
  return [draft, ...mappings(id, domain, draft, attributes), ...(records ? [records] : [])];
}

function mappings(id: string, domain: Values, draft: Draft, attributes: Values): Draft[] {
  const mapping = (mappingId: string, key?: string) =>
    new Draft(
      "AWS::ApiGatewayV2::ApiMapping",
      mappingId,
      { DomainName: draft.ref, ApiId: ref(id), Stage: ref(`${id}.Stage`), ApiMappingKey: key },
      attributes,
    );
  const written = domain["BasePath"];
  if (!isFilled(written) || (typeof written !== "string" && !Array.isArray(written))) {
    return [mapping(`${id}ApiMapping`)];
  }
  return (Array.isArray(written) ? written : [written]).map((path) => {
    if (typeof path !== "string") throw invalidResource(id, "Basepath must be a string.");
    if (/[^0-9a-zA-Z/\-_]/.test(path)) throw invalidResource(id, "Invalid Basepath name provided.");
    return mapping(`${id}${path.replace(/[-_/]+/g, "")}ApiMapping`, path.replace(/^\/+|\/+$/g, ""));
  });
}

function mutualTls(id: string, tls: Value | undefined): Values | undefined {
  if (!isFilled(tls)) return undefined;
  const fields = ["TruststoreUri", "TruststoreVersion"];
  const list = "['TruststoreUri', 'TruststoreVersion']";
  if (!isMap(tls)) {
    throw invalidResource(
      id,
      `MutualTlsAuthentication must be a map with at least one of the following fields ${list}.`,
    );
  }
  const unknown = Object.keys(tls).filter((name) => !fields.includes(name));
  if (unknown.length > 0) {
    throw invalidResource(unknown.sort().join(","), `Available MutualTlsAuthentication fields are ${list}.`);
  }
  return Object.fromEntries(Object.entries(tls).filter(([, value]) => isFilled(value)));
}
