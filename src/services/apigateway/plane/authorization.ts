/** What an authorizer found out: who it is, what it may, and what it says to the integration. */
export interface Authorization {
  readonly principalId?: string;
  /** `$context.authorizer.*`: an authorizer function's context, or `claims` of a JWT. */
  readonly context: Readonly<Record<string, unknown>>;
  /** The IAM policy that an authorizer function answered. */
  readonly policy?: unknown;
  /** The API key, when keys come from the authorizer. */
  readonly usageIdentifierKey?: string;
  readonly integrationLatencyMs?: number;
}
