import assert from "node:assert/strict";
import { test } from "node:test";
import { withoutSecrets } from "../core/secret-names.ts";
import { shownInput } from "./shown-input.ts";

const shown = (service: string, operation: string, input: Record<string, unknown>, whole = input) =>
  shownInput(service, operation, input, whole);

test("a stack's parameters are shown where its template hides none", () => {
  const Parameters = [{ ParameterKey: "K", ParameterValue: "v" }];
  const plain = { StackName: "s", TemplateBody: "{}", Parameters };
  assert.deepEqual(shown("cloudformation", "CreateStack", plain), plain);
  const hidden = [{ ParameterKey: "K", ParameterValue: "****" }];
  assert.deepEqual(
    shown("cloudformation", "CreateStack", plain, { ...plain, TemplateBody: "NoEcho: true" }),
    { ...plain, Parameters: hidden },
  );
  const { TemplateBody: _, ...elsewhere } = plain;
  assert.deepEqual(shown("cloudformation", "UpdateStack", elsewhere), { ...elsewhere, Parameters: hidden });
});

test("passwords of services that Squall knows by name only are hidden by their names", () => {
  const input = { DBName: "d", MasterUserPassword: "p", Nested: [{ AuthToken: "t", Port: 1 }] };
  assert.deepEqual(shown("redshift", "CreateThing", input), {
    DBName: "d",
    MasterUserPassword: "****",
    Nested: [{ AuthToken: "****", Port: 1 }],
  });
});

test("what is kept is shown without passwords, bytes and times as they are", () => {
  const bytes = new Uint8Array([1]);
  const at = new Date(0);
  assert.deepEqual(
    withoutSecrets({ masterPassword: "p", user: "u", bytes, at, tags: new Map([["a", "b"]]) }),
    {
      masterPassword: "****",
      user: "u",
      bytes,
      at,
      tags: new Map([["a", "b"]]),
    },
  );
});

test("a document that was cut in a secret says no more of it", () => {
  const DesiredState = '{"Name": "n", "SecretString" : "abc\\"def';
  assert.deepEqual(shown("cloudcontrol", "CreateResource", { DesiredState }), {
    DesiredState: '{"Name": "n", "SecretString" : "****"',
  });
});

test("an operation without secrets has its input as it is", () => {
  const input = { QueueUrl: "u", MessageBody: "m" };
  assert.equal(shown("sqs", "SendMessage", input), input);
});

test("__proto__ is a member like others", () => {
  const input = JSON.parse('{"__proto__": {"Password": "p"}}') as Record<string, unknown>;
  const copy = shown("iam", "CreateLoginProfile", input);
  assert.deepEqual(Object.keys(copy), ["__proto__"]);
  assert.equal(Object.getPrototypeOf(copy), Object.prototype);
});
