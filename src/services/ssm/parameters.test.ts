import assert from "node:assert/strict";
import { test } from "node:test";
import { ssmCloud } from "./fixture.test.ts";

test("a parameter is read by its name, its ARN, a version and a label", async () => {
  await using bed = await ssmCloud();
  const { call, put, account } = bed;
  assert.deepEqual(await put("/app/url", "one"), { Version: 1, Tier: "Standard" });
  assert.deepEqual(await put("/app/url", "two", { Overwrite: true }), { Version: 2, Tier: "Standard" });
  await call("LabelParameterVersion", { Name: "/app/url", ParameterVersion: 1, Labels: ["live"] });
  const arn = `arn:aws:ssm:us-east-1:${account}:parameter/app/url`;
  const { Parameter } = await call("GetParameter", { Name: "/app/url" });
  assert.ok(Parameter.LastModifiedDate instanceof Date);
  assert.deepEqual(
    { ...Parameter, LastModifiedDate: undefined },
    {
      Name: "/app/url",
      Type: "String",
      Value: "two",
      Version: 2,
      LastModifiedDate: undefined,
      ARN: arn,
      DataType: "text",
    },
  );
  for (const [Name, value, selector] of [
    [arn, "two", undefined],
    ["/app/url:1", "one", ":1"],
    ["/app/url:live", "one", ":live"],
    [`${arn}:live`, "one", ":live"],
  ]) {
    const { Parameter: got } = await call("GetParameter", { Name });
    assert.deepEqual([got.Name, got.Value, got.Selector], ["/app/url", value, selector]);
  }
});

test("what cannot be read or written is refused in AWS's words", async () => {
  await using bed = await ssmCloud();
  const { call, put } = bed;
  await put("/app/url", "one");
  await put("big", "x".repeat(4096));
  const refused: [string, object, string, RegExp | string][] = [
    ["GetParameter", { Name: "/none" }, "ParameterNotFound", ""],
    [
      "GetParameter",
      { Name: "/app/url:7" },
      "ParameterVersionNotFound",
      /could not find version 7 of \/app\/url/,
    ],
    ["GetParameter", { Name: "/app/url:none" }, "ParameterVersionNotFound", /version none/],
    [
      "PutParameter",
      { Name: "/app/url", Value: "v", Type: "String" },
      "ParameterAlreadyExists",
      /overwrite option/,
    ],
    ["PutParameter", { Name: "/new", Value: "v" }, "ValidationException", /A parameter type is required/],
    [
      "PutParameter",
      { Name: "/new", Value: "before {{ ssm:other }}", Type: "String" },
      "ValidationException",
      'Parameter value can\'t nest another parameter. Do not use "{{}}" in the value.',
    ],
    [
      "PutParameter",
      { Name: "a/b", Value: "v", Type: "String" },
      "ValidationException",
      /fully qualified name/,
    ],
    [
      "PutParameter",
      { Name: "aws-x", Value: "v", Type: "String" },
      "ValidationException",
      /can't be prefixed/,
    ],
    [
      "PutParameter",
      { Name: "/ssm/x", Value: "v", Type: "String" },
      "ValidationException",
      /can't be prefixed/,
    ],
    [
      "PutParameter",
      { Name: "/aws/x", Value: "v", Type: "String" },
      "AccessDeniedException",
      /No access to reserved/,
    ],
    ["PutParameter", { Name: "/a b", Value: "v", Type: "String" }, "ValidationException", /symbols/],
    [
      "PutParameter",
      { Name: `/${"a/".repeat(15)}a`, Value: "v", Type: "String" },
      "HierarchyLevelLimitExceededException",
      /15/,
    ],
    [
      "PutParameter",
      { Name: "/l", Value: "x".repeat(4097), Type: "String" },
      "ValidationException",
      /4096 characters/,
    ],
    [
      "PutParameter",
      { Name: "/l", Value: "x".repeat(8193), Type: "String", Tier: "Advanced" },
      "ValidationException",
      /8192/,
    ],
    [
      "PutParameter",
      { Name: "/e", Value: "", Type: "String" },
      "ValidationException",
      /greater than or equal to 1/,
    ],
    [
      "PutParameter",
      { Name: "/p", Value: "b", Type: "String", AllowedPattern: "^a+$" },
      "ParameterPatternMismatchException",
      /allowedPattern/,
    ],
    [
      "PutParameter",
      { Name: "/p", Value: "b", Type: "String", AllowedPattern: "(" },
      "InvalidAllowedPatternException",
      /regular/,
    ],
    [
      "PutParameter",
      { Name: "/d", Value: "b", Type: "String", DataType: "Text" },
      "ValidationException",
      /data type is not supported/,
    ],
    [
      "PutParameter",
      { Name: "/k", Value: "b", Type: "String", KeyId: "alias/x" },
      "ValidationException",
      /KeyId is required/,
    ],
    [
      "PutParameter",
      { Name: "/app/url", Value: "b", Overwrite: true, Tags: [{ Key: "a", Value: "b" }] },
      "ValidationException",
      /can't be used together/,
    ],
    [
      "PutParameter",
      { Name: "/app/url", Value: "b", Overwrite: true, Type: "SecureString" },
      "HierarchyTypeMismatchException",
      /changing a parameter type/,
    ],
    ["DeleteParameter", { Name: "/none" }, "ParameterNotFound", ""],
    ["GetParametersByPath", { Path: "app" }, "ValidationException", /must begin with a forward slash/],
    [
      "AddTagsToResource",
      { ResourceType: "Parameter", ResourceId: "/none", Tags: [{ Key: "a", Value: "b" }] },
      "InvalidResourceId",
      "",
    ],
  ];
  for (const [operation, input, code, message] of refused) {
    await assert.rejects(
      call(operation, input),
      { code, message },
      `${operation} ${JSON.stringify(input).slice(0, 80)}`,
    );
  }
  assert.equal((await call("GetParameter", { Name: "big" })).Parameter.Value.length, 4096);
  assert.deepEqual(
    await call("PutParameter", {
      Name: "/l",
      Value: "x".repeat(8192),
      Type: "String",
      Tier: "Intelligent-Tiering",
    }),
    { Version: 1, Tier: "Advanced" },
  );
  await assert.rejects(put("/l", "small", { Overwrite: true, Tier: "Standard" }), {
    message: /can't downgrade/,
  });
});

test("several are read and deleted, and those that are not there are named", async () => {
  await using bed = await ssmCloud();
  const { call, put } = bed;
  await put("a", "1");
  await put("/b", "2");
  const got = await call("GetParameters", { Names: ["a", "/none", "/b", "a:9"] });
  assert.deepEqual(
    got.Parameters.map(({ Value }: { Value: string }) => Value),
    ["1", "2"],
  );
  assert.deepEqual(got.InvalidParameters, ["/none", "a:9"]);
  assert.deepEqual(await call("DeleteParameters", { Names: ["a", "/none"] }), {
    DeletedParameters: ["a"],
    InvalidParameters: ["/none"],
  });
});

test("a path gives what is directly below it, or all of it", async () => {
  await using bed = await ssmCloud();
  const { call, put } = bed;
  for (const name of ["/app/a", "/app/b", "/app/deep/c", "/application/d", "top"]) await put(name, name);
  const names = async (input: object) =>
    (await call("GetParametersByPath", input)).Parameters.map(({ Name }: { Name: string }) => Name);
  assert.deepEqual(await names({ Path: "/app" }), ["/app/a", "/app/b"]);
  assert.deepEqual(await names({ Path: "/app/" }), ["/app/a", "/app/b"]);
  assert.deepEqual(await names({ Path: "/app", Recursive: true }), ["/app/a", "/app/b", "/app/deep/c"]);
  assert.deepEqual(await names({ Path: "/" }), ["top"]);
  assert.deepEqual(await names({ Path: "/none" }), []);
  await call("LabelParameterVersion", { Name: "/app/b", Labels: ["live"] });
  await put("/app/b", "newer", { Overwrite: true });
  const filtered = { Path: "/app", ParameterFilters: [{ Key: "Label", Values: ["live"] }] };
  const { Parameters } = await call("GetParametersByPath", filtered);
  assert.deepEqual(
    Parameters.map((one: { Value: string; Version: number }) => [one.Value, one.Version]),
    [["/app/b", 1]],
  );
  for (const Key of ["Name", "Tier", "tag:a"]) {
    const asked = call("GetParametersByPath", { Path: "/app", ParameterFilters: [{ Key, Values: ["x"] }] });
    await assert.rejects(asked, { code: "InvalidFilterKey", message: new RegExp(`not valid: ${Key}`) });
  }
});

test("DescribeParameters takes every filter, with its options", async () => {
  await using bed = await ssmCloud();
  const { call, put } = bed;
  await put("/app/url", "1", { Tags: [{ Key: "team", Value: "red" }], Description: "where" });
  await put("/app/deep/list", "a,b", { Type: "StringList" });
  await put("secret", "s", { Type: "SecureString", KeyId: "alias/aws/ssm" });
  await put("/ami", "ami-0123456789abcdef0", { DataType: "aws:ec2:image", Tier: "Advanced" });
  const find = async (...ParameterFilters: object[]) =>
    (await call("DescribeParameters", { ParameterFilters })).Parameters.map(
      ({ Name }: { Name: string }) => Name,
    );
  const cases: [object, string[]][] = [
    [{ Key: "Name", Values: ["/app/url"] }, ["/app/url"]],
    [{ Key: "Name", Values: ["app/url"] }, ["/app/url"]],
    [{ Key: "Name", Option: "BeginsWith", Values: ["/app"] }, ["/app/deep/list", "/app/url"]],
    [{ Key: "Name", Option: "Contains", Values: ["cre", "url"] }, ["/app/url", "secret"]],
    [{ Key: "Type", Values: ["StringList"] }, ["/app/deep/list"]],
    [{ Key: "KeyId", Option: "BeginsWith", Values: ["alias/"] }, ["secret"]],
    [{ Key: "Tier", Values: ["Advanced"] }, ["/ami"]],
    [{ Key: "DataType", Values: ["aws:ec2:image"] }, ["/ami"]],
    [{ Key: "Path", Values: ["/app"] }, ["/app/url"]],
    [{ Key: "Path", Option: "Recursive", Values: ["/app"] }, ["/app/deep/list", "/app/url"]],
    [{ Key: "tag:team", Values: ["red"] }, ["/app/url"]],
    [{ Key: "tag:team" }, ["/app/url"]],
    [{ Key: "tag:team", Values: ["blue"] }, []],
  ];
  for (const [filter, names] of cases)
    assert.deepEqual((await find(filter)).sort(), names, JSON.stringify(filter));
  const refused: [object[], string, RegExp][] = [
    [[{ Key: "Label", Values: ["x"] }], "InvalidFilterKey", /not valid: Label/],
    [[{ Key: "Name" }], "InvalidFilterValue", /missing : null for filter key Name/],
    [[{ Key: "Name", Option: "Recursive", Values: ["x"] }], "InvalidFilterOption", /not valid: Recursive/],
    [[{ Key: "Path", Option: "Equals", Values: ["/x"] }], "InvalidFilterOption", /\[Recursive, OneLevel\]/],
    [[{ Key: "Path", Values: ["x"] }], "ValidationException", /must begin with a forward slash/],
    [[{ Key: "Type", Values: ["x"] }], "InvalidFilterOption", /not valid: x/],
    [
      [
        { Key: "Name", Values: ["x"] },
        { Key: "Name", Values: ["y"] },
      ],
      "InvalidFilterKey",
      /duplicated/,
    ],
  ];
  for (const [filters, code, message] of refused) await assert.rejects(find(...filters), { code, message });
  const older = await call("DescribeParameters", { Filters: [{ Key: "Name", Values: ["/app"] }] });
  assert.equal(older.Parameters.length, 2);
  const both = {
    Filters: [{ Key: "Name", Values: ["a"] }],
    ParameterFilters: [{ Key: "Name", Values: ["a"] }],
  };
  await assert.rejects(call("DescribeParameters", both), { message: /either Filters or ParameterFilters/ });
});

test("the hundred newest versions are kept; an oldest one with a label stands in the way", async () => {
  await using bed = await ssmCloud();
  const { call, put } = bed;
  for (let n = 1; n <= 101; n++) await put("/n", String(n), { Overwrite: true });
  await assert.rejects(call("GetParameter", { Name: "/n:1" }), { code: "ParameterVersionNotFound" });
  assert.equal((await call("GetParameter", { Name: "/n:2" })).Parameter.Value, "2");
  await call("LabelParameterVersion", { Name: "/n", ParameterVersion: 2, Labels: ["old"] });
  await assert.rejects(put("/n", "102", { Overwrite: true }), {
    code: "ParameterMaxVersionLimitExceeded",
    message: /Version 2, the oldest version/,
  });
});

test("labels move between versions, ten at most on one", async () => {
  await using bed = await ssmCloud();
  const { call, put } = bed;
  await put("/l", "1");
  await put("/l", "2", { Overwrite: true });
  const label = (Labels: string[], ParameterVersion?: number) =>
    call("LabelParameterVersion", { Name: "/l", Labels, ...(ParameterVersion && { ParameterVersion }) });
  assert.deepEqual(await label(["a", "1st", "aws-x"], 1), {
    InvalidLabels: ["1st", "aws-x"],
    ParameterVersion: 1,
  });
  assert.deepEqual(await label(["a"]), { InvalidLabels: [], ParameterVersion: 2 });
  const { Parameters } = await call("GetParameterHistory", { Name: "/l" });
  assert.deepEqual(
    Parameters.map(({ Labels }: { Labels: string[] }) => Labels),
    [[], ["a"]],
  );
  await label(["b", "c", "d", "e", "f", "g", "h", "i", "j"]);
  await assert.rejects(label(["k"]), { code: "ParameterVersionLabelLimitExceeded" });
  await assert.rejects(label(["k"], 9), { code: "ParameterVersionNotFound" });
  assert.deepEqual(
    await call("UnlabelParameterVersion", { Name: "/l", ParameterVersion: 2, Labels: ["a", "z"] }),
    {
      RemovedLabels: ["a"],
      InvalidLabels: ["z"],
    },
  );
});

test("SecureString is encrypted by KMS, and a key that is disabled refuses it", async () => {
  await using bed = await ssmCloud();
  const { call, put } = bed;
  const { KeyMetadata } = await call("CreateKey", {}, "kms");
  for (const [name, Tier, value] of [
    ["/s/standard", "Standard", "open sesame"],
    ["/s/advanced", "Advanced", "ü".repeat(5000)],
  ] as const) {
    await put(name, value, { Type: "SecureString", KeyId: KeyMetadata.KeyId, Tier });
    const plain = await call("GetParameter", { Name: name, WithDecryption: true });
    assert.equal(plain.Parameter.Value, value);
    const sealed = await call("GetParameter", { Name: name });
    assert.notEqual(sealed.Parameter.Value, value);
    assert.equal(
      (await call("GetParameterHistory", { Name: name, WithDecryption: true })).Parameters[0].Value,
      value,
    );
    assert.equal((await call("GetParameterHistory", { Name: name })).Parameters[0].KeyId, KeyMetadata.KeyId);
  }
  await call("DisableKey", { KeyId: KeyMetadata.KeyId }, "kms");
  const asked = { Path: "/s", WithDecryption: true };
  await assert.rejects(call("GetParametersByPath", asked), {
    code: "InvalidKeyId",
    message: /\(Service: AWSKMS; Status Code: 400; Error Code: DisabledException; Request ID: /,
  });
  await assert.rejects(put("/s/new", "v", { Type: "SecureString", KeyId: "alias/none" }), {
    code: "InvalidKeyId",
    message: /Error Code: NotFoundException/,
  });
  await put("/s/own", "v", { Type: "SecureString" });
  assert.equal((await call("GetParameter", { Name: "/s/own", WithDecryption: true })).Parameter.Value, "v");
});

test("policies act when the clock says so: a parameter expires, those that wait for a change do so once", async () => {
  await using bed = await ssmCloud();
  const { cloud, call, put } = bed;
  const day = 86_400_000;
  const Timestamp = new Date(cloud.clock.now() + 10 * day).toISOString();
  const Policies = JSON.stringify([
    { Type: "Expiration", Version: "1.0", Attributes: { Timestamp } },
    { Type: "ExpirationNotification", Version: "1.0", Attributes: { Before: "3", Unit: "Days" } },
    { Type: "NoChangeNotification", Version: "1.0", Attributes: { After: "2", Unit: "Days" } },
  ]);
  await assert.rejects(put("/t", "v", { Policies }), { message: /advanced-tier/ });
  await put("/t", "v", { Policies, Tier: "Advanced" });
  const statuses = async () => {
    const { Parameters } = await call("DescribeParameters");
    return Parameters.map((one: { Policies: { PolicyStatus: string }[] }) =>
      one.Policies.map(({ PolicyStatus }) => PolicyStatus),
    );
  };
  assert.deepEqual(await statuses(), [["Pending", "Pending", "Pending"]]);
  await cloud.clock.advance(2 * day);
  assert.deepEqual(await statuses(), [["Pending", "Pending", "Finished"]]);
  await put("/t", "w", { Overwrite: true });
  assert.deepEqual(await statuses(), [["Pending", "Pending", "Pending"]]);
  await cloud.clock.advance(5 * day);
  assert.deepEqual(await statuses(), [["Pending", "Finished", "Finished"]]);
  await cloud.clock.advance(3 * day);
  assert.deepEqual(await statuses(), []);
  await assert.rejects(call("GetParameter", { Name: "/t" }), { code: "ParameterNotFound" });
  const one = (Type: string, Attributes: object, Version = "1.0") =>
    JSON.stringify([{ Type, Version, Attributes }]);
  for (const [policies, code] of [
    [one("Other", {}), "InvalidPolicyTypeException"],
    [one("Expiration", { Timestamp: "soon" }), "InvalidPolicyAttributeException"],
    [one("NoChangeNotification", { After: "0", Unit: "Days" }), "InvalidPolicyAttributeException"],
    [one("NoChangeNotification", { After: "1", Unit: "Weeks" }), "InvalidPolicyAttributeException"],
    [one("ExpirationNotification", { Before: "1", Unit: "Days" }), "IncompatiblePolicyException"],
    ["{", "InvalidPolicyAttributeException"],
  ]) {
    await assert.rejects(put("/u", "v", { Policies: policies, Tier: "Advanced" }), { code });
  }
});

test("AWS's own parameters are there to be read", async () => {
  await using bed = await ssmCloud();
  const { call, put } = bed;
  const image = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64";
  const { Parameter } = await call("GetParameter", { Name: image });
  assert.match(Parameter.Value, /^ami-[0-9a-f]{17}$/);
  assert.equal(Parameter.ARN, `arn:aws:ssm:us-east-1::parameter${image}`);
  for (const Name of [
    "/aws/service/ecs/optimized-ami/amazon-linux-2023/recommended/image_id",
    "/aws/service/eks/optimized-ami/1.33/amazon-linux-2023/arm64/standard/recommended/image_id",
    "/aws/service/eks/optimized-ami/1.32/amazon-linux-2/recommended/image_id",
    "/aws/service/bottlerocket/aws-k8s-1.34/x86_64/latest/image_id",
    "/aws/service/debian/release/12/latest/amd64",
    "/aws/service/canonical/ubuntu/server/24.04/stable/current/amd64/hvm/ebs-gp3/ami-id",
  ]) {
    const { Parameter: published } = await call("GetParameter", { Name });
    assert.match(published.Value, /^ami-[0-9a-f]{17}$/);
    assert.equal(published.DataType, "aws:ec2:image", Name);
  }
  for (const name of [
    "/aws/service/ecs/optimized-ami/amazon-linux-2/recommended",
    "/aws/service/eks/optimized-ami/1.33/amazon-linux-2023/x86_64/standard/recommended",
  ]) {
    const { Parameters: both } = await call("GetParameters", { Names: [name, `${name}/image_id`] });
    assert.equal(JSON.parse(both[0].Value).image_id, both[1].Value);
    assert.equal(both[0].DataType, "text");
  }
  const infrastructure = "/aws/service/global-infrastructure";
  const region = await call("GetParameter", { Name: `${infrastructure}/regions/eu-west-1/longName` });
  assert.equal(region.Parameter.Value, "Europe (Ireland)");
  const { Parameters } = await call("GetParametersByPath", { Path: `${infrastructure}/services` });
  assert.equal(Parameters.length, 10);
  await assert.rejects(call("GetParameter", { Name: "/aws/service/none" }), { code: "ParameterNotFound" });
  await assert.rejects(put("/aws/service/none", "v"), { code: "AccessDeniedException" });
});

test("the rest of Systems Manager says that it is not served", async () => {
  await using bed = await ssmCloud();
  for (const [operation, input] of [
    ["StartSession", { Target: "i-0123456789abcdef0" }],
    ["DescribeMaintenanceWindows", {}],
    ["ListTagsForResource", { ResourceType: "PatchBaseline", ResourceId: "pb-1" }],
  ] as const) {
    await assert.rejects(bed.call(operation, input), { code: "NotImplemented", status: 501 });
  }
});

test("a secret of Secrets Manager is read as a parameter", async () => {
  await using bed = await ssmCloud();
  const { call } = bed;
  await call("CreateSecret", { Name: "shop/db", SecretString: "open sesame" }, "secretsmanager");
  const Name = "/aws/reference/secretsmanager/shop/db";
  const { Parameter } = await call("GetParameter", { Name, WithDecryption: true });
  assert.deepEqual(
    [Parameter.Name, Parameter.Type, Parameter.Value, Parameter.Version],
    [Name, "SecureString", "open sesame", 0],
  );
  assert.match(Parameter.ARN, /:secretsmanager:.*:secret:shop\/db-/);
  assert.equal(JSON.parse(Parameter.SourceResult).name, "shop/db");
  const staged = await call("GetParameter", { Name: `${Name}:AWSCURRENT`, WithDecryption: true });
  assert.equal(staged.Parameter.Selector, ":AWSCURRENT");
  await assert.rejects(call("GetParameter", { Name }), { message: /WithDecryption flag must be True/ });
  await assert.rejects(call("GetParameter", { Name: `${Name}/none`, WithDecryption: true }), {
    code: "ParameterNotFound",
    message: `An error occurred (ParameterNotFound) when referencing Secrets Manager: Secret ${Name}/none not found.`,
  });
});
