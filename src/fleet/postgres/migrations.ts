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
    -- JSON, with gzip.
    body bytea NOT NULL,
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
    -- By gateway: how much it holds.
    held jsonb NOT NULL DEFAULT '{}',
    short_at timestamptz NOT NULL DEFAULT '-infinity',
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

  -- The leases of one statement are locked in one order, so that two gateways never wait for each other.
  CREATE FUNCTION {schema}.take_leases(its_fleet text, requests jsonb, lost interval, short interval) RETURNS jsonb
  LANGUAGE plpgsql AS $$
  DECLARE
    request record;
    leased record;
    holders jsonb;
    before bigint;
    taken bigint;
    given bigint;
    answers jsonb := '{}';
  BEGIN
    FOR request IN
      SELECT entry->>'of' AS lease, entry->>'gateway' AS gateway, (entry->>'total')::bigint AS total,
        (entry->>'wants')::bigint AS wants, (entry->>'comesBack')::boolean AS comes_back, place
      FROM jsonb_array_elements(requests) WITH ORDINALITY AS asked(entry, place)
      ORDER BY 1, place
    LOOP
      INSERT INTO {schema}.leases (fleet, lease) VALUES (its_fleet, request.lease) ON CONFLICT DO NOTHING;
      SELECT held, short_at INTO leased FROM {schema}.leases
        WHERE fleet = its_fleet AND lease = request.lease FOR UPDATE;
      holders := leased.held;
      IF request.comes_back THEN
        SELECT holders - coalesce(array_agg(gateway), '{}') INTO holders FROM {schema}.reports
          WHERE fleet = its_fleet AND holders ? gateway AND seen_at < now() - lost;
      END IF;
      before := coalesce((holders->>request.gateway)::bigint, 0);
      SELECT coalesce(sum(value::bigint), 0) INTO taken FROM jsonb_each_text(holders);
      given := CASE WHEN request.wants < 0 THEN greatest(-before, request.wants)
        ELSE greatest(0, least(request.wants, request.total - taken)) END;
      IF given < request.wants THEN leased.short_at := clock_timestamp(); END IF;
      UPDATE {schema}.leases SET held = holders || jsonb_build_object(request.gateway, before + given),
        short_at = leased.short_at WHERE fleet = its_fleet AND lease = request.lease;
      answers := answers || jsonb_build_object(request.place::text,
        jsonb_build_object('got', greatest(0, given), 'isShort', leased.short_at > clock_timestamp() - short));
    END LOOP;
    RETURN answers;
  END
  $$;
  `,
];
