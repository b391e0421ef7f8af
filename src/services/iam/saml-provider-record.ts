import { defineCollection } from "../../core/storage.ts";

export interface SamlProviderRecord {
  readonly uuid: string;
  readonly metadata: string;
  readonly createdAtMs: number;
  readonly validUntilMs: number;
  readonly encryption?: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** By ARN. */
export const samlProviders = defineCollection<SamlProviderRecord>({ name: "saml-providers" });
