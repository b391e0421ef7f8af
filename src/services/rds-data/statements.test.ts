import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { needs } from "../../../test/needs.ts";
import { rawJson } from "../../core/raw-json.ts";
import type * as RdsData from "../../models/generated/rds-data.ts";
import { dataCloud, ENGINES } from "./fixture.test.ts";

type Lab = Awaited<ReturnType<typeof dataCloud>>;

const named = (name: string, value: object, typeHint?: string) => ({
  name,
  value,
  ...(typeHint !== undefined && { typeHint }),
});

/** Both engines do it. */
for (const tool of ["postgres", "mariadb"] as const)
  describe(`statements with ${ENGINES[tool]}`, needs(tool), () => {
    let lab: Lab;
    before(async () => {
      lab = await dataCloud({ engine: ENGINES[tool] });
    });
    after(() => lab.cloud.stop());

    test("a statement without rows says how many it has changed", async () => {
      assert.deepEqual(await lab.execute("create table counted (id int)"), {
        numberOfRecordsUpdated: 0,
        generatedFields: [],
      });
      assert.deepEqual(await lab.execute("insert into counted values (1), (2), (3)"), {
        numberOfRecordsUpdated: 3,
        generatedFields: [],
      });
      assert.equal((await lab.execute("update counted set id = 9 where id > 1")).numberOfRecordsUpdated, 2);
      assert.equal((await lab.execute("delete from counted")).numberOfRecordsUpdated, 3);
    });

    test("a statement with rows has records, also where there are none", async () => {
      assert.deepEqual(await lab.execute("select 1 where 1 = 0"), {
        numberOfRecordsUpdated: 0,
        records: [],
      });
      assert.deepEqual(await lab.execute("select 1, null, 'x'"), {
        numberOfRecordsUpdated: 0,
        records: [[{ longValue: 1 }, { isNull: true }, { stringValue: "x" }]],
      });
    });

    test("values go in and come out as what they are", async () => {
      const text = 'it\'s \\ :a "quoted" $1 ? 邓不利多\n';
      const blobValue = Buffer.from([0, 39, 92, 255]).toString("base64");
      const type = tool === "postgres" ? { blob: "bytea", json: "jsonb" } : { blob: "blob", json: "json" };
      await lab.execute(
        `create table typed (b boolean, l bigint, d double precision, s text, x ${type.blob}, n numeric(12,3),
          da date, ti time, ts timestamp(6) null, j ${type.json}, nothing int)`,
      );
      const parameters = [
        named("b", { booleanValue: true }),
        named("l", { longValue: -123_456_789_012 }),
        named("d", { doubleValue: 0.1 }),
        named("s", { stringValue: text }),
        named("x", { blobValue }),
        named("n", { stringValue: "12345.6" }, "DECIMAL"),
        named("da", { stringValue: "2024-02-29" }, "DATE"),
        named("ti", { stringValue: "12:34:56" }, "TIME"),
        named("ts", { stringValue: "2024-02-29 12:34:56.789" }, "TIMESTAMP"),
        named("j", { stringValue: '{"a": [1]}' }, "JSON"),
        named("nothing", { isNull: true }),
        named("unused", { longValue: 1 }),
      ];
      const names = parameters.slice(0, -1).map(({ name }) => `:${name}`);
      await lab.execute(`insert into typed values (${names.join()})`, { parameters });
      assert.deepEqual(await lab.row("select * from typed"), [
        { booleanValue: true },
        { longValue: -123_456_789_012 },
        { doubleValue: 0.1 },
        { stringValue: text },
        { blobValue },
        { stringValue: "12345.600" },
        { stringValue: "2024-02-29" },
        { stringValue: "12:34:56" },
        { stringValue: "2024-02-29 12:34:56.789" },
        { stringValue: '{"a": [1]}' },
        { isNull: true },
      ]);
    });

    test("a parameter has one value", async () => {
      const values = [
        [{}, "no field set"],
        [{ stringValue: null }, "no field set"],
        [{ isNull: false }, "no field set"],
        [undefined, "no field set"],
        [{ stringValue: "x", longValue: 1 }, "more than one field set"],
        [{ isNull: true, longValue: 1 }, "more than one field set"],
      ] as const;
      for (const [value, problem] of values) {
        const refused = {
          code: "BadRequestException",
          status: 400,
          message: `Parameter "a" has value with ${problem}`,
        };
        const parameters = [{ name: "a", value }];
        await assert.rejects(lab.execute("select :a", { parameters }), refused);
        const batch = { database: "shop", sql: "select :a", parameterSets: [[], parameters] };
        await assert.rejects(lab.ask("BatchExecuteStatement", batch), refused);
      }
    });

    test("a parameter stands wherever its name does", async () => {
      const parameters = [named("a", { longValue: 2 }), named("b", { stringValue: "x" })];
      assert.deepEqual(
        await lab.row("select :a + :a, ':a', :b /* :b */ where :a = 2 -- :c", { parameters }),
        [{ longValue: 4 }, { stringValue: ":a" }, { stringValue: "x" }],
      );
    });

    test("longs are exact", async () => {
      const sql = "select 9223372036854775807, -9223372036854775808";
      assert.match(
        (await lab.send("ExecuteStatement", { sql, database: "shop" })).text,
        /"longValue":9223372036854775807\}.*"longValue":-9223372036854775808\}|"stringValue":"-9223372036854775808"/,
      );
    });

    test("longs that come in are exact, also in a large batch", async () => {
      const longs = ["9007199254740993", "-9007199254740993", "9223372036854775807", "-9223372036854775808"];
      const long = (name: string, text: string) => named(name, { longValue: rawJson(text) });
      const parameters = longs.map((text, at) => long(`l${at}`, text));
      await lab.execute(
        "create table exact (at int, l0 bigint, l1 bigint, l2 bigint, l3 bigint, d double precision)",
      );
      await lab.execute("insert into exact values (0, :l0, :l1, :l2, :l3, :d)", {
        parameters: [...parameters, named("d", { doubleValue: rawJson("9007199254740992") })],
      });
      // The member that nobody knows makes it one that is read in pieces.
      await lab.ask("BatchExecuteStatement", {
        database: "shop",
        sql: "insert into exact values (:at, :l0, :l1, :l2, :l3, 0)",
        parameterSets: [1, 2].map((at) => [...parameters, named("at", { longValue: at })]),
        unknown: Array(40_000).fill({ x: [1] }),
      });
      const asTexts = { resultSetOptions: { longReturnType: "STRING" } };
      const { records } = await lab.execute("select l0, l1, l2, l3 from exact", asTexts);
      const row = longs.map((stringValue) => ({ stringValue }));
      assert.deepEqual(records, [row, row, row]);
      assert.deepEqual(await lab.row("select d from exact where at = 0"), [{ doubleValue: 2 ** 53 }]);
      for (const text of ["9223372036854775808", "-9223372036854775809", "1e30"])
        await assert.rejects(lab.row("select :a", { parameters: [long("a", text)] }), {
          code: "SerializationException",
          status: 400,
          message: "NUMBER_VALUE can not be converted to a Long",
        });
      const calls = lab.cloud.calls.of("rds-data", "BatchExecuteStatement");
      assert.match(JSON.stringify(calls), /"longValue":"9007199254740993"/);
    });

    test("rules find longs by their nearest number", async () => {
      const { faults } = lab.cloud;
      const { id } = await faults.add({
        effect: "error",
        match: { service: "rds-data", input: "parameters[?value.longValue > `9000000000000000`]" },
        params: { code: "InternalServerErrorException" },
      });
      const ask = (text: string) =>
        lab.row("select :a", { parameters: [named("a", { longValue: rawJson(text) })] });
      await assert.rejects(ask("9007199254740993"), { code: "InternalServerErrorException" });
      assert.deepEqual(await ask("1"), [{ longValue: 1 }]);
      faults.remove(id);
    });

    test("numbers are texts where somebody wants that, and decimals numbers", async () => {
      const sql = "select cast(7 as decimal(5,0)), cast(1.50 as decimal(5,2)), 12";
      const row = (resultSetOptions: object) => lab.row(sql, { resultSetOptions });
      assert.deepEqual(await row({}), [{ stringValue: "7" }, { stringValue: "1.50" }, { longValue: 12 }]);
      assert.deepEqual(await row({ decimalReturnType: "DOUBLE_OR_LONG", longReturnType: "STRING" }), [
        // A decimal without a fraction is a long, and longs are texts here.
        { longValue: 7 },
        { doubleValue: 1.5 },
        { stringValue: "12" },
      ]);
    });

    test("a decimal without a fraction that is no long is a double", async () => {
      const whole = ["9223372036854775807", "9223372036854775808", "-9223372036854775808", "1".repeat(30)];
      const sql = `select ${whole.map((text, at) => `cast(${text} as decimal(30,0)) as d${at}`)}`;
      const resultSetOptions = { decimalReturnType: "DOUBLE_OR_LONG" };
      const { text } = await lab.send("ExecuteStatement", { database: "shop", sql, resultSetOptions });
      assert.match(
        text,
        /\[{"longValue":9223372036854775807},{"doubleValue":9223372036854776000},{"longValue":-9223372036854775808},{"doubleValue":1.111111111111111e\+29}\]/,
      );
    });

    test("a result is JSON where somebody wants that", async () => {
      await lab.execute("create table named (id bigint, name varchar(20), ratio double precision)");
      await lab.execute("insert into named values (9223372036854775807, 'a \"b\"', 10), (1, null, 0.5)");
      assert.deepEqual(
        await lab.execute("select id, name, ratio from named order by id desc", {
          formatRecordsAs: "JSON",
          includeResultMetadata: true,
        }),
        {
          numberOfRecordsUpdated: 0,
          formattedRecords:
            '[{"id":9223372036854775807,"name":"a \\"b\\"","ratio":10.0},{"id":1,"name":null,"ratio":0.5}]',
        },
      );
      assert.deepEqual(await lab.execute("delete from named", { formatRecordsAs: "JSON" }), {
        numberOfRecordsUpdated: 2,
        generatedFields: [],
      });
      await assert.rejects(lab.execute("select 1 as a, 2 as a", { formatRecordsAs: "JSON" }), {
        code: "UnsupportedResultException",
      });
    });

    test("a result of more than a megabyte is refused", async () => {
      const big = (bytes: number) => lab.row(`select repeat('x', ${bytes})`);
      // What the database sends beside it: how many columns there are, and how long they are.
      const around = tool === "postgres" ? 6 : 4;
      const [field] = (await big(1024 * 1024 - around)) ?? [];
      assert.equal(field?.stringValue?.length, 1024 * 1024 - around);
      for (const bytes of [1024 * 1024 - around + 1, 3_000_000])
        await assert.rejects(big(bytes), {
          code: "UnsupportedResultException",
          status: 400,
          message: "The result exceeds the size limit 1 MB.",
        });
    });

    test("a batch is done as a whole, or not at all", async () => {
      await lab.execute("create table batched (id int primary key)");
      const batch = (...ids: number[]) =>
        lab.ask("BatchExecuteStatement", {
          database: "shop",
          sql: "insert into batched values (:id)",
          parameterSets: ids.map((id) => [named("id", { longValue: id })]),
        });
      assert.deepEqual(await batch(1, 2), {
        updateResults: [{ generatedFields: [] }, { generatedFields: [] }],
      });
      await assert.rejects(batch(3, 4, 1), { code: "DatabaseErrorException", message: /SQLState: 23/ });
      assert.deepEqual(await lab.row("select count(*) from batched"), [{ longValue: 2 }]);
      assert.deepEqual(await batch(), { updateResults: [] });
    });

    test("more calls at once than the server takes connections are all answered", async () => {
      const rows = await Promise.all(Array.from({ length: 200 }, (_, n) => lab.row(`select ${n}`)));
      assert.deepEqual(
        rows.map((row) => row?.[0]?.longValue),
        rows.map((_, n) => n),
      );
    });

    test("what the Data API does not take is refused", async () => {
      const refusals: readonly (readonly [input: object, code: string, message: string])[] = [
        [{ sql: "select 1; select 2" }, "ValidationException", "Multistatements aren't supported."],
        [
          { sql: "select 1", schema: "public" },
          "ValidationException",
          "The schema parameter isn't supported",
        ],
        [
          {
            sql: "select :a",
            parameters: [named("a", { arrayValue: { longValues: [1] } })],
          },
          "ValidationException",
          "Array parameters are not supported.",
        ],
      ];
      for (const [input, code, message] of refusals)
        await assert.rejects(lab.ask("ExecuteStatement", { database: "shop", ...input }), {
          code,
          message,
          status: 400,
        });
      // One that ends with a semicolon is one.
      assert.deepEqual(await lab.row("select 1;"), [{ longValue: 1 }]);
    });

    test("ExecuteSql is gone", async () => {
      await assert.rejects(
        lab.ask("ExecuteSql", {
          dbClusterOrInstanceArn: lab.resourceArn,
          awsSecretStoreArn: lab.secretArn,
          sqlStatements: "select 1",
        }),
        {
          code: "BadRequestException",
          message: "This API is deprecated and not available. Use ExecuteStatement API instead",
        },
      );
    });
  });

describe("statements with PostgreSQL", needs("postgres"), () => {
  let lab: Lab;
  before(async () => {
    lab = await dataCloud();
  });
  after(() => lab.cloud.stop());

  test("errors are the database's, with their place and state", async () => {
    const says = async (sql: string, message: string | RegExp, more: object = {}) =>
      assert.rejects(lab.execute(sql, more), { code: "DatabaseErrorException", status: 400, message });
    await says(
      "select * from nothing",
      'ERROR: relation "nothing" does not exist; Position: 15; SQLState: 42P01',
    );
    await says(
      "select 1 = 'a'::text",
      "ERROR: operator does not exist: integer = text; Hint: No operator matches the given name and argument types. You might need to add explicit type casts.; Position: 10; SQLState: 42883",
    );
    await says(
      "select :missing::int",
      "ERROR: bind message supplies 0 parameters, but prepared statement requires 1; SQLState: 08P01",
    );
    await says("select 1", 'ERROR: database "nowhere" does not exist; SQLState: 3D000', {
      database: "nowhere",
    });
    await says("copy (select 1) to stdout", "unexpected message: CopyOutResponse");
    await says("copy pg_class from stdin", /^ERROR: (?:permission denied|COPY from stdin failed)/);
    // Without a database it is the user's.
    await assert.rejects(lab.ask("ExecuteStatement", { sql: "select 1" }), {
      message: 'ERROR: database "app" does not exist; SQLState: 3D000',
    });
  });

  test("what is written with RETURNING comes back", async () => {
    await lab.execute("create table returned (id serial, name text)");
    assert.deepEqual(await lab.execute("insert into returned (name) values ('a'), ('b') returning id"), {
      numberOfRecordsUpdated: 0,
      records: [[{ longValue: 1 }], [{ longValue: 2 }]],
    });
  });

  test("times are in UTC, with as much of a fraction as they have", async () => {
    const sql = `select '2024-01-15 12:34:56+09'::timestamptz, '2024-01-15 12:34:56.100+00'::timestamptz,
      '2024-01-15 12:34:56.1234'::timestamp, '12:00:00.000001'::time, null::timestamp`;
    assert.deepEqual(await lab.row(sql), [
      { stringValue: "2024-01-15 03:34:56" },
      { stringValue: "2024-01-15 12:34:56.100" },
      { stringValue: "2024-01-15 12:34:56.123400" },
      { stringValue: "12:00:00.000001" },
      { isNull: true },
    ]);
    const transactionId = await lab.begin();
    await lab.execute("set time zone '+3'", { transactionId });
    assert.deepEqual(await lab.row("select '2024-01-15 12:00:00.5+00'::timestamptz", { transactionId }), [
      { stringValue: "2024-01-15 12:00:00.500" },
    ]);
    await lab.ask("RollbackTransaction", { transactionId });
    await assert.rejects(lab.execute("select 'infinity'::timestamp"), {
      code: "InternalServerErrorException",
    });
  });

  test("as JSON a result has ten megabytes", async () => {
    // Labels stand in each row: it takes 12 bytes from the database, and 132 as JSON.
    const labels = ["a", "b"].map((letter) => letter.repeat(60));
    const ask = (rows: number) =>
      lab.execute(`select 1 as ${labels[0]}, 2 as ${labels[1]} from generate_series(1, ${rows})`, {
        formatRecordsAs: "JSON",
      });
    const most = Math.floor((10 * 1024 * 1024 - 1) / 132);
    assert.equal((await ask(most)).formattedRecords?.length, most * 132 + 1);
    await assert.rejects(ask(most + 1), { code: "BadRequestException" });
  });

  test("arrays come as arrays of their values", async () => {
    await lab.execute("create type mood as enum ('glad', 'sad')");
    const sql = `select array[1, null, 3], array[true, false], array[0.5::float8], array['a', 'b,"c"\\', null, 'null'],
      array['2024-01-01'::date], array[]::text[], 'glad'::mood, '10.0.0.1'::inet, pg_sleep(0)`;
    assert.deepEqual(await lab.row(sql), [
      { arrayValue: { longValues: [1, null, 3] } },
      { arrayValue: { booleanValues: [true, false] } },
      { arrayValue: { doubleValues: [0.5] } },
      { arrayValue: { stringValues: ["a", 'b,"c"\\', null, "null"] } },
      { arrayValue: { stringValues: ["2024-01-01"] } },
      { arrayValue: { stringValues: [] } },
      { stringValue: "glad" },
      { stringValue: "10.0.0.1" },
      { stringValue: "" },
    ]);
  });

  test("types that are not supported are refused by name", async () => {
    const refusals: readonly (readonly [sql: string, message: string])[] = [
      ["select '1 day'::interval", "The result contains the unsupported data type INTERVAL."],
      ["select '17:08:20+02'::timetz", "The result contains the unsupported data type TIMETZ."],
      ["select 'a'::\"char\"", 'The result contains the unsupported data type "CHAR".'],
      ["select 'pg_class'::regclass", "The result contains the unsupported data type regclass."],
      ["select array['int'::regtype]", "The result contains the unsupported data type regtype[]."],
      ["select '1.5'::money", "The result contains the unsupported data type MONEY."],
      ["select array[array[1]]", "The result contains a multidimensional array."],
    ];
    for (const [sql, message] of refusals)
      await assert.rejects(lab.execute(sql), { code: "UnsupportedResultException", status: 400, message });
  });

  test("columns are described as JDBC's driver does", async () => {
    await lab.execute(`create table described (id serial primary key, small smallint, name varchar(100) not null,
      bio text, price numeric(10,2), at timestamp(3), ratio float4, tags int[])`);
    const { columnMetadata = [] } = await lab.execute("select *, 1 + 1 as sum from described", {
      includeResultMetadata: true,
    });
    const short = ({
      label,
      typeName,
      type,
      nullable,
      precision,
      scale,
      tableName,
    }: RdsData.ColumnMetadata) => [label, typeName, type, nullable, precision, scale, tableName].join(" ");
    assert.deepEqual(columnMetadata.map(short), [
      "id serial 4 0 10 0 described",
      "small int2 5 1 5 0 described",
      "name varchar 12 0 100 0 described",
      "bio text 12 1 2147483647 0 described",
      "price numeric 2 1 10 2 described",
      "at timestamp 93 1 26 3 described",
      "ratio float4 7 1 8 8 described",
      "tags _int4 2003 1 10 0 described",
      "sum int4 4 1 10 0 ",
    ]);
    assert.deepEqual(columnMetadata[0], {
      arrayBaseColumnType: 0,
      isAutoIncrement: true,
      isCaseSensitive: false,
      isCurrency: false,
      isSigned: true,
      label: "id",
      name: "id",
      nullable: 0,
      precision: 10,
      scale: 0,
      schemaName: "",
      tableName: "described",
      type: 4,
      typeName: "serial",
    });
    assert.equal(columnMetadata[7]?.arrayBaseColumnType, 4);
  });

  test("a text is a text, and a UUID where it is hinted at", async () => {
    await lab.execute("create table keyed (id uuid)");
    const insert = (typeHint?: string) =>
      lab.execute("insert into keyed values (:id)", {
        parameters: [named("id", { stringValue: "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11" }, typeHint)],
      });
    await assert.rejects(insert(), { message: /column "id" is of type uuid but expression is of type text/ });
    assert.equal((await insert("UUID")).numberOfRecordsUpdated, 1);
  });
});

describe("statements with MySQL", needs("mariadb"), () => {
  let lab: Lab;
  before(async () => {
    lab = await dataCloud({ engine: "aurora-mysql" });
  });
  after(() => lab.cloud.stop());

  test("ids that the database has made are generated fields", async () => {
    await lab.execute("create table made (id int auto_increment primary key, name varchar(20))");
    assert.deepEqual(await lab.execute("insert into made (name) values ('a')"), {
      numberOfRecordsUpdated: 1,
      generatedFields: [{ longValue: 1 }],
    });
    assert.deepEqual((await lab.execute("insert into made (name) values ('b'), ('c')")).generatedFields, [
      { longValue: 2 },
      { longValue: 3 },
    ]);
    const { updateResults } = await lab.ask("BatchExecuteStatement", {
      database: "shop",
      sql: "insert into made (name) values (:name)",
      parameterSets: [[named("name", { stringValue: "d" })], [named("name", { isNull: true })]],
    });
    assert.deepEqual(updateResults, [
      { generatedFields: [{ longValue: 4 }] },
      { generatedFields: [{ longValue: 5 }] },
    ]);
  });

  test("errors are the database's, with their number and state", async () => {
    await assert.rejects(lab.execute("select * from nothing"), {
      code: "DatabaseErrorException",
      message: "Table 'shop.nothing' doesn't exist; Error code: 1146; SQLState: 42S02",
    });
    await assert.rejects(lab.execute("select :missing"), { code: "DatabaseErrorException" });
    await assert.rejects(lab.execute("select 1", { database: "nowhere" }), {
      message:
        /^Access denied for user 'app'@.*|^Unknown database 'nowhere'; Error code: 1049; SQLState: 42000$/,
    });
  });

  test("bits and digits are booleans, and what is unsigned says so", async () => {
    await lab.execute(`create table small (t tinyint(1), b bit(1), bits bit(9), u bigint unsigned, y tinyint,
      e enum('a', 'b'), raw varbinary(4))`);
    await lab.execute(
      "insert into small values (1, b'0', b'100000001', 18446744073709551615, -5, 'b', x'00ff')",
    );
    const { records, columnMetadata = [] } = JSON.parse(
      (
        await lab.send("ExecuteStatement", {
          database: "shop",
          sql: "select * from small",
          includeResultMetadata: true,
          resultSetOptions: { longReturnType: "STRING" },
        })
      ).text,
    );
    assert.deepEqual(records[0], [
      { booleanValue: true },
      { booleanValue: false },
      { blobValue: Buffer.from([1, 1]).toString("base64") },
      { stringValue: "18446744073709551615" },
      { stringValue: "-5" },
      { stringValue: "b" },
      { blobValue: Buffer.from([0, 255]).toString("base64") },
    ]);
    assert.deepEqual(
      columnMetadata.map(({ typeName }: RdsData.ColumnMetadata) => typeName),
      ["BIT", "BIT", "BIT", "BIGINT UNSIGNED", "TINYINT", "CHAR", "VARBINARY"],
    );
  });

  test("what is unsigned and no long is a text", async () => {
    await lab.execute("create table positive (id bigint unsigned auto_increment primary key)");
    const most = "18446744073709551614";
    const { generatedFields } = await lab.execute(`insert into positive values (${most})`);
    assert.deepEqual(generatedFields, [{ stringValue: most }]);
    await lab.execute("insert into positive values (9223372036854775808), (9223372036854775807), (7)");
    const { text } = await lab.send("ExecuteStatement", {
      database: "shop",
      sql: "select * from positive order by id",
    });
    assert.match(
      text,
      /\[\[{"longValue":7}\],\[{"longValue":9223372036854775807}\],\[{"stringValue":"9223372036854775808"}\],/,
    );
    const { formattedRecords } = await lab.execute("select max(id) as id from positive", {
      formatRecordsAs: "JSON",
    });
    assert.equal(formattedRecords, `[{"id":"${most}"}]`);
  });

  test("a procedure's first result is what it answers", async () => {
    await lab.execute("create procedure two() begin select 1 as one; select 2; end");
    assert.deepEqual(await lab.row("call two()"), [{ longValue: 1 }]);
    assert.deepEqual(await lab.row("select 3"), [{ longValue: 3 }]);
  });

  test("a backslash is a letter where the session says so", async () => {
    const transactionId = await lab.begin();
    const parameters = [named("a", { stringValue: "\\'" })];
    const ask = () => lab.row("select :a", { transactionId, parameters });
    assert.deepEqual(await ask(), [{ stringValue: "\\'" }]);
    await lab.execute("set sql_mode = 'NO_BACKSLASH_ESCAPES'", { transactionId });
    assert.deepEqual(await ask(), [{ stringValue: "\\'" }]);
    await lab.ask("RollbackTransaction", { transactionId });
  });
});
