import type { Pool, PoolClient } from "pg";
import { MIGRATIONS } from "./migrations.ts";

/** PostgreSQL's codes: no such table, no such schema, may not. */
const NOT_THERE = new Set(["42P01", "3F000"]);
const MAY_NOT = "42501";

/**
 * Brings a schema up to date, if it is not; two that do it at once wait for each other.
 * @throws Error that says who has to do it where this role may not, and of a schema that is newer than this Squall
 */
export async function migrate(pool: Pool, schema: string): Promise<void> {
  const version = await versionOf(pool, schema);
  if (version === MIGRATIONS.length) return;
  if (version > MIGRATIONS.length)
    throw new Error(
      `The schema ${schema} is of a newer Squall (${version}, this one knows ${MIGRATIONS.length}): upgrade this gateway.`,
    );
  const client = await pool.connect();
  try {
    await client.query("BEGIN");
    await steps(client, schema);
    await client.query("COMMIT");
  } catch (error) {
    await client.query("ROLLBACK").catch(() => {});
    if ((error as { code?: string }).code !== MAY_NOT) throw error;
    throw new Error(
      `The schema ${schema} is not up to date, and this role may not change it (${(error as Error).message}): run squall fleet migrate with the URL of its owner.`,
    );
  } finally {
    client.release();
  }
}

async function steps(client: PoolClient, schema: string): Promise<void> {
  // It holds until the transaction ends, whatever pooler lends the connection.
  await client.query("SELECT pg_advisory_xact_lock(hashtext($1))", [`squall ${schema}`]);
  const { rows } = await client.query("SELECT 1 FROM pg_namespace WHERE nspname = $1", [schema]);
  if (rows.length === 0) await client.query(`CREATE SCHEMA ${schema}`);
  await client.query(
    `CREATE TABLE IF NOT EXISTS ${schema}.migrations (version int PRIMARY KEY, at timestamptz NOT NULL DEFAULT now())`,
  );
  const from = await versionOf(client, schema);
  for (const [index, step] of MIGRATIONS.entries()) {
    if (index < from) continue;
    await client.query(step.replaceAll("{schema}", schema));
    await client.query(`INSERT INTO ${schema}.migrations (version) VALUES ($1)`, [index + 1]);
  }
}

async function versionOf(pool: Pool | PoolClient, schema: string): Promise<number> {
  try {
    const { rows } = await pool.query<{ version: number }>(
      `SELECT coalesce(max(version), 0) AS version FROM ${schema}.migrations`,
    );
    return rows[0]?.version ?? 0;
  } catch (error) {
    if (NOT_THERE.has((error as { code?: string }).code ?? "")) return 0;
    throw error;
  }
}
