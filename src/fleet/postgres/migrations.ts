/**
 * How the schema came about, one step after the other: a step that has been released is never changed. `{schema}` stands
 * for its name. Gateways need no right to any of this: `squall fleet migrate` makes it, as the schema's owner.
 */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE {schema}.snapshots (
    fleet text NOT NULL,
    version bigint NOT NULL,
    at timestamptz NOT NULL DEFAULT now(),
    body json NOT NULL,
    PRIMARY KEY (fleet, version)
  );

  CREATE TABLE {schema}.reports (
    fleet text NOT NULL,
    gateway text NOT NULL,
    seen_at timestamptz NOT NULL DEFAULT now(),
    report json NOT NULL,
    counts jsonb NOT NULL,
    PRIMARY KEY (fleet, gateway)
  );

  CREATE TABLE {schema}.leases (
    fleet text NOT NULL,
    lease text NOT NULL,
    taken bigint NOT NULL CHECK (taken >= 0),
    PRIMARY KEY (fleet, lease)
  );

  CREATE TABLE {schema}.experiments (
    fleet text NOT NULL,
    arn text NOT NULL,
    started_at timestamptz NOT NULL,
    body json NOT NULL,
    PRIMARY KEY (fleet, arn)
  );

  CREATE TABLE {schema}.journal (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    fleet text NOT NULL,
    at timestamptz NOT NULL,
    who text NOT NULL,
    gateway text NOT NULL,
    what text NOT NULL
  );
  CREATE INDEX ON {schema}.journal (fleet, id);

  -- Leases of one statement are locked in one order, so that two gateways never wait for each other.
  CREATE FUNCTION {schema}.take_leases(its_fleet text, requests jsonb) RETURNS bigint[]
  LANGUAGE plpgsql AS $$
  DECLARE
    request record;
    before bigint;
    given bigint;
    answers bigint[] := array_fill(0::bigint, ARRAY[jsonb_array_length(requests)]);
  BEGIN
    FOR request IN
      SELECT entry->>'of' AS of_what, (entry->>'total')::bigint AS total, (entry->>'wants')::bigint AS wants, place
      FROM jsonb_array_elements(requests) WITH ORDINALITY AS asked(entry, place)
      ORDER BY 1, 4
    LOOP
      INSERT INTO {schema}.leases VALUES (its_fleet, request.of_what, 0) ON CONFLICT DO NOTHING;
      SELECT taken INTO before FROM {schema}.leases
        WHERE fleet = its_fleet AND lease = request.of_what FOR UPDATE;
      given := greatest(-before, least(request.wants, request.total - before));
      UPDATE {schema}.leases SET taken = before + given
        WHERE fleet = its_fleet AND lease = request.of_what;
      answers[request.place] := greatest(0, given);
    END LOOP;
    RETURN answers;
  END
  $$;
  `,
];
