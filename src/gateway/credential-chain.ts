import { optionalPackages } from "../core/optional-packages.ts";
import type { KeySource } from "./upstream.ts";

/** Every AWS SDK of JavaScript brings it. */
const PACKAGE = "@aws-sdk/credential-provider-node";

type Provider = typeof import("@aws-sdk/credential-provider-node");

/**
 * The credentials that the AWS SDK for JavaScript finds on this machine: variables, profiles, SSO, roles, web identity, the
 * metadata of containers and instances. They are kept until shortly before they end, and fetched once for all who wait.
 * @throws Error that says what to install, or why there are none
 */
export async function credentialChain(profile?: string): Promise<KeySource> {
  const purpose = `Signing with real credentials needs ${PACKAGE}`;
  const [module] = (await optionalPackages(purpose, [PACKAGE])) as [Provider];
  return module.defaultProvider(profile === undefined ? {} : { profile });
}
