import type { Store } from "../core/storage.ts";

/** A user or role as IAM keeps it, with the policies that say what it may do. Texts are JSON. */
export interface Principal {
  readonly arn: string;
  readonly tags: Readonly<Record<string, string>>;
  /** Inline and attached policies, and those of its groups. */
  readonly policies: readonly { readonly name: string; readonly text: string }[];
  /** Its permissions boundary. */
  readonly boundary?: string;
}

/** Reads users, roles and policies from IAM's store of their account. */
export interface PrincipalReader {
  /** @param arn of a user or role; undefined for one that nobody made */
  find(arn: string, store: Store): Principal | undefined;
  /** The document of a managed policy. */
  policy(arn: string, store: Store): string | undefined;
}
