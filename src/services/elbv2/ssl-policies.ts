import type { Handlers } from "../../core/service.ts";
import type * as ELB from "../../models/generated/elbv2.ts";
import { sslPolicyNotFound } from "./errors.ts";
import { pageBy } from "./pages.ts";

interface SslPolicyData {
  readonly name: string;
  readonly protocols: readonly string[];
  readonly ciphers: readonly string[];
}

const TLS13 = ["TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"];
const ECDHE_GCM = [
  "ECDHE-ECDSA-AES128-GCM-SHA256",
  "ECDHE-RSA-AES128-GCM-SHA256",
  "ECDHE-ECDSA-AES256-GCM-SHA384",
  "ECDHE-RSA-AES256-GCM-SHA384",
];
const ECDHE_SHA2 = [
  "ECDHE-ECDSA-AES128-SHA256",
  "ECDHE-RSA-AES128-SHA256",
  "ECDHE-ECDSA-AES256-SHA384",
  "ECDHE-RSA-AES256-SHA384",
];
const ECDHE_SHA1 = [
  "ECDHE-ECDSA-AES128-SHA",
  "ECDHE-RSA-AES128-SHA",
  "ECDHE-RSA-AES256-SHA",
  "ECDHE-ECDSA-AES256-SHA",
];
const RSA_SHA2 = ["AES128-GCM-SHA256", "AES128-SHA256", "AES256-GCM-SHA384", "AES256-SHA256"];
const RSA_SHA1 = ["AES128-SHA", "AES256-SHA"];

const FORWARD_SECRET = [...ECDHE_GCM, ...ECDHE_SHA2, ...ECDHE_SHA1];
const EVERY = [...FORWARD_SECRET, ...RSA_SHA2, ...RSA_SHA1];
const V1 = "TLSv1";
const V11 = "TLSv1.1";
const V12 = "TLSv1.2";
const V13 = "TLSv1.3";

const policy = (name: string, protocols: readonly string[], ciphers: readonly string[]): SslPolicyData => ({
  name: `ELBSecurityPolicy-${name}`,
  protocols,
  ciphers,
});

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html, without those of FIPS and post-quantum key exchange */
export const SSL_POLICIES: readonly SslPolicyData[] = [
  policy("2016-08", [V1, V11, V12], EVERY),
  policy("TLS13-1-2-2021-06", [V12, V13], [...TLS13, ...ECDHE_GCM, ...ECDHE_SHA2]),
  policy("TLS13-1-3-2021-06", [V13], TLS13),
  policy("TLS13-1-2-Res-2021-06", [V12, V13], [...TLS13, ...ECDHE_GCM]),
  policy("TLS13-1-2-Ext1-2021-06", [V12, V13], [...TLS13, ...ECDHE_GCM, ...ECDHE_SHA2, ...RSA_SHA2]),
  policy("TLS13-1-2-Ext2-2021-06", [V12, V13], [...TLS13, ...EVERY]),
  policy("TLS13-1-1-2021-06", [V11, V12, V13], [...TLS13, ...EVERY]),
  policy("TLS13-1-0-2021-06", [V1, V11, V12, V13], [...TLS13, ...EVERY]),
  policy("TLS-1-2-2017-01", [V12], [...ECDHE_GCM, ...ECDHE_SHA2, ...RSA_SHA2]),
  policy("TLS-1-2-Ext-2018-06", [V12], EVERY),
  policy("TLS-1-1-2017-01", [V11, V12], EVERY),
  policy("2015-05", [V1, V11, V12], EVERY),
  policy("TLS-1-0-2015-04", [V1, V11, V12], [...EVERY, "DES-CBC3-SHA"]),
  policy("FS-2018-06", [V1, V11, V12], FORWARD_SECRET),
  policy("FS-1-1-2019-08", [V11, V12], FORWARD_SECRET),
  policy("FS-1-2-2019-08", [V12], FORWARD_SECRET),
  policy("FS-1-2-Res-2019-08", [V12], [...ECDHE_GCM, ...ECDHE_SHA2]),
  policy("FS-1-2-Res-2020-10", [V12], ECDHE_GCM),
];

export const sslPolicyHandlers: Handlers<ELB.Operations> = {
  DescribeSSLPolicies(input, ctx) {
    const { Names: names = [] } = input;
    const unknown = names.find((wanted) => !SSL_POLICIES.some(({ name }) => name === wanted));
    if (unknown !== undefined) throw sslPolicyNotFound(unknown);
    const wanted = SSL_POLICIES.filter(({ name }) => names.length === 0 || names.includes(name));
    const { items, NextMarker } = pageBy(wanted, ({ name }) => name, input, ctx.operation);
    return {
      SslPolicies: items.map(({ name, protocols, ciphers }) => ({
        Name: name,
        SslProtocols: [...protocols],
        Ciphers: ciphers.map((Name, n) => ({ Name, Priority: n + 1 })),
        SupportedLoadBalancerTypes: ["application", "network"],
      })),
      NextMarker,
    };
  },
};
