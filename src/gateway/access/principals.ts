import type { Catalog } from "../../aws/catalog.ts";
import type { Principal, PrincipalReader } from "../../aws/principal.ts";
import type { PoliciesInForce } from "../../core/authorization.ts";
import type { Session } from "../../core/credentials.ts";
import { type PolicyDocument, readPolicy } from "../../core/policy.ts";
import type { Storage, Store } from "../../core/storage.ts";
import type { Asker } from "./asker.ts";

/** The policies of a principal and its session; no `identity` for one that needs none. */
export type OwnPolicies = Omit<PoliciesInForce, "resource">;

/** Users and roles with their policies, from the store of whichever service says that it has them. */
export class Principals {
  readonly #storage: Storage;
  readonly #reader: PrincipalReader | undefined;
  readonly #service: string;
  readonly #strict: boolean;

  constructor(catalog: Catalog, storage: Storage, strict: boolean) {
    const service = [...catalog.all()].find(({ iam }) => iam?.principals);
    this.#storage = storage;
    this.#reader = service?.iam?.principals;
    this.#service = service ? catalog.storeName(service.name) : "";
    this.#strict = strict;
  }

  find(arn: string): Principal | undefined {
    return this.#reader?.find(arn, this.#store(arn));
  }

  tagsOf({ kind, arn }: Asker): Readonly<Record<string, string>> {
    return kind === "user" || kind === "role" ? (this.find(arn)?.tags ?? {}) : {};
  }

  /** What a user or role may do by itself. One that nobody made is not held to anything, unless strictly. */
  policiesOf(asker: Asker, session: Session | undefined): OwnPolicies {
    const arn = asker.kind === "federated" ? (session?.issuer ?? asker.arn) : asker.arn;
    const inSession = this.#sessionPolicies(asker, arn, session);
    if (arn.endsWith(":root")) return inSession;
    const principal = this.find(arn);
    if (!principal) return this.#strict ? { identity: [], ...inSession } : inSession;
    const boundary = principal.boundary && this.#managed(principal.boundary, arn);
    return {
      identity: principal.policies
        .map(({ text }) => readPolicy(text))
        .filter((policy) => policy !== undefined),
      ...(principal.boundary !== undefined && { boundary: boundary ? [boundary] : [] }),
      ...inSession,
    };
  }

  #sessionPolicies(asker: Asker, arn: string, session: Session | undefined): Pick<OwnPolicies, "session"> {
    const { policy, policyArns = [] } = session ?? {};
    // A federated user may only do what its session's policy says.
    if (policy === undefined && policyArns.length === 0)
      return asker.kind === "federated" ? { session: [] } : {};
    const inline = policy === undefined ? undefined : readPolicy(policy);
    const managed = policyArns.map((policyArn) => this.#managed(policyArn, arn));
    return { session: [inline, ...managed].filter((document) => document !== undefined) };
  }

  #managed(policyArn: string, principal: string): PolicyDocument | undefined {
    const text = this.#reader?.policy(policyArn, this.#store(principal));
    return text === undefined ? undefined : readPolicy(text);
  }

  #store(arn: string): Store {
    return this.#storage.store(this.#service, arn.split(":")[4] ?? "", "global");
  }
}
