import { invalidDocument } from "../errors.ts";
import { includes, isFilled, isMap, many, mapIn, own, type Value, type Values } from "../value.ts";
import { methodUris } from "./swagger.ts";

/** `ResourcePolicy` of an API or of one of its methods: who may call a path. */
export function addResourcePolicy(
  document: Values,
  path: string,
  stage: Value | undefined,
  wanted: Values,
): void {
  const uris = methodUris(document, path, stage);
  const policy = new PolicyDocument(document);
  policy.accounts("Allow", own(wanted, "AwsAccountWhitelist"), uris);
  policy.accounts("Deny", own(wanted, "AwsAccountBlacklist"), uris);
  policy.addresses("NotIpAddress", own(wanted, "IpRangeWhitelist"), uris);
  policy.addresses("IpAddress", own(wanted, "IpRangeBlacklist"), uris);
  policy.networks("StringEquals", "Blacklist", wanted, uris);
  policy.networks("StringNotEquals", "Whitelist", wanted, uris);
}

/** `CustomStatements` of a resource policy. */
export function addCustomStatements(document: Values, statements: Value | undefined): void {
  if (statements === undefined) return;
  new PolicyDocument(document).custom(statements);
}

class PolicyDocument {
  readonly #policy: Values;

  constructor(document: Values) {
    this.#policy = mapIn(document, "x-amazon-apigateway-policy");
  }

  accounts(effect: "Allow" | "Deny", accounts: Value | undefined, uris: Value[]): void {
    if (!isFilled(accounts)) return;
    if (!isMap(accounts) && !Array.isArray(accounts)) {
      throw invalidDocument(`Type of '${accounts}' must be a list or dictionary`);
    }
    const statement = this.#statement(effect, uris, { AWS: many(accounts) });
    this.#policy["Version"] = "2012-10-17";
    const there = this.#policy["Statement"];
    this.#policy["Statement"] = there === undefined ? statement : [...many(there), statement];
  }

  addresses(operator: string, addresses: Value | undefined, uris: Value[]): void {
    if (!isFilled(addresses)) return;
    this.#allowBut({ [operator]: { "aws:SourceIp": many(addresses) } }, uris);
  }

  networks(operator: string, list: "Blacklist" | "Whitelist", wanted: Values, uris: Value[]): void {
    const texts = own(wanted, `SourceVpc${list}`);
    if (texts !== undefined && !many(texts).every((item) => typeof item === "string")) {
      throw invalidDocument(
        `SourceVpc${list} must be a list of strings. Use IntrinsicVpc${list} instead for values that use Intrinsic Functions`,
      );
    }
    const named = (prefix: string) => many(texts).filter((item) => String(item).startsWith(prefix));
    const networks = [...named("vpc-"), ...many(own(wanted, `IntrinsicVpc${list}`))];
    const endpoints = [...named("vpce-"), ...many(own(wanted, `IntrinsicVpce${list}`))];
    if (networks.length === 0 && endpoints.length === 0) return;
    this.#allowBut(
      {
        [operator]: {
          ...(networks.length > 0 ? { "aws:SourceVpc": networks } : {}),
          ...(endpoints.length > 0 ? { "aws:SourceVpce": endpoints } : {}),
        },
      },
      uris,
    );
  }

  custom(statements: Value): void {
    this.#policy["Version"] = "2012-10-17";
    if (own(this.#policy, "Statement") === undefined) this.#policy["Statement"] = statements;
    else this.#add(many(statements));
  }

  /** All may call, but not those of the condition. */
  #allowBut(condition: Values, uris: Value[]): void {
    this.#policy["Version"] = "2012-10-17";
    this.#add([
      this.#statement("Allow", uris, "*"),
      { ...this.#statement("Deny", uris, "*"), Condition: condition },
    ]);
  }

  #add(statements: readonly Value[]): void {
    const all = many(own(this.#policy, "Statement"));
    for (const statement of statements) if (!includes(all, statement)) all.push(statement);
    this.#policy["Statement"] = all;
  }

  #statement(effect: string, uris: Value[], principal: Value): Values {
    return { Effect: effect, Action: "execute-api:Invoke", Resource: uris, Principal: principal };
  }
}
