import { defineCollection } from "../../core/storage.ts";

export interface OidcProviderRecord {
  /** Without its scheme. */
  readonly url: string;
  readonly clientIds: readonly string[];
  readonly thumbprints: readonly string[];
  readonly createdAtMs: number;
  readonly tags: Readonly<Record<string, string>>;
}

/** By ARN. */
export const oidcProviders = defineCollection<OidcProviderRecord>({ name: "oidc-providers" });
