/** Where a fleet's tables are, and which of the fleets there it is. */
export interface PostgresAddress {
  /** What `pg` takes: the URL without what is ours. */
  readonly connection: string;
  readonly fleet: string;
  readonly schema: string;
  /** Behind a pooler that lends connections by transaction nobody can listen: then the poll alone tells of new versions. */
  readonly listens: boolean;
}

const NAME = /^[a-z_][a-z0-9_]{0,47}$/;
const FLEET = /^[\w.-]{1,64}$/;

/**
 * `postgres://squall@db.example/squall?fleet=checkout&schema=squall&listen=off`
 * @throws Error that says what is wrong with it
 */
export function postgresAddress(url: string): PostgresAddress {
  // A URL may have no host of its own (`postgres:///squall?host=/run/postgresql`): its query alone is looked at.
  const [place = "", query = ""] = url.split("?", 2);
  const parameters = new URLSearchParams(query);
  const take = (name: string, otherwise: string) => {
    const value = parameters.get(name) ?? otherwise;
    parameters.delete(name);
    return value;
  };
  const fleet = take("fleet", "default");
  const schema = take("schema", "squall");
  const listen = take("listen", "on");
  if (!FLEET.test(fleet))
    throw new Error(`A fleet's name has 1 to 64 letters, digits and . _ -, not "${fleet}".`);
  if (!NAME.test(schema))
    throw new Error(`A schema's name has small letters, digits and _, not "${schema}".`);
  if (listen !== "on" && listen !== "off") throw new Error(`listen is on or off, not "${listen}".`);
  const rest = parameters.toString();
  return { connection: rest === "" ? place : `${place}?${rest}`, fleet, schema, listens: listen === "on" };
}
