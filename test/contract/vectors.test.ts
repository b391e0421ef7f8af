import assert from "node:assert/strict";
import { test } from "node:test";
import { AwsError } from "../../src/core/aws-error.ts";
import { parseCbor } from "../../src/protocols/cbor.ts";
import { createClient, type WholeResponse } from "../../src/protocols/client.ts";
import { createProtocol } from "../../src/protocols/protocol.ts";
import { parseXml, type XmlElement } from "../../src/protocols/xml-parser.ts";
import { needs } from "../needs.ts";
import { comparable } from "./comparable.ts";
import { type Vector, vectors } from "./vectors.ts";

/** botocore's protocol vectors, which are Smithy's and some of its own: both sides of every protocol, both directions. */

type Reasons = Readonly<Record<string, RegExp>>;

/** What does not apply, and why. A reason that no vector needs fails the test. */
const TOKEN: Reasons = {
  "the client fills in a token that the vector's input does not have": /TokenAutoFill$/,
};
const COMPRESSED: Reasons = {
  "the vector says that the body is compressed and does not have it": /^SDKApp(lied|end).*Encoding/,
};
const REPRESENTED: Reasons = {
  "JSON in a header or a string is a value here, and its text in botocore":
    /^(MediaTypeHeader|serializes_string_shapes_with_jsonvalue)/,
};
const QUERY_MAP: Reasons = {
  "what named members take from the query is not repeated in the map of all others":
    /^RestJson(AllQueryStringTypes|QueryStringEscaping|Supports\w+FloatQueryValues|ZeroAndFalseQueryValues)$|QueryPrecedence$/,
};
const HOST: Reasons = {
  "a path in the endpoint is the caller's to add": /HostWithPath/,
};
const NO_TARGET: Reasons = { "the vector leaves out the target": /^AwsJson10EndpointTrait/ };
const EMPTY_PREFIX: Reasons = {
  "a map of all headers has those of the protocol, too": /^HttpPrefixHeadersResponse$/,
};
const LOST_NAMES: Reasons = {
  "botocore's form of the model has lost a name that the vector has; botocore ignores it, too":
    /^(BodyWithXmlName|(Query|Ec2)?XmlLists|QueryFlattenedListArgWithXmlName|HttpPayloadWithXml(Name|Namespace|NamespaceAndPrefix)|XmlAttributesOnPayload|RestXmlHttpPayloadWithUnion|Ec2Lists)$/,
};

test("the server reads every request", needs("pip"), () => {
  check(
    "input",
    { ...TOKEN, ...COMPRESSED, ...REPRESENTED, ...QUERY_MAP, ...HOST, ...NO_TARGET, ...LOST_NAMES },
    (vector) => {
      const { operation, input } = createProtocol(vector.model, vector.protocol).decode(vector.request!);
      assert.equal(operation, vector.operation);
      assert.deepEqual(comparable(input), comparable(vector.params));
    },
  );
});

test("the client writes every request", needs("pip"), () => {
  check(
    "input",
    { ...TOKEN, ...COMPRESSED, ...REPRESENTED, ...QUERY_MAP, ...HOST, ...LOST_NAMES },
    (vector) => {
      const wanted = vector.request!;
      const got = createClient(vector.model, vector.protocol).encodeRequest(vector.operation, vector.params!);
      assert.equal(got.method, wanted.method);
      assert.equal(got.path, wanted.path);
      assert.deepEqual(got.query.split("&").sort(), wanted.query.split("&").sort());
      assert.deepEqual(contentOf(vector, got.body), contentOf(vector, wanted.body));
      for (const [name, value] of Object.entries(wanted.headers)) {
        if (!NOT_COMPARED.has(name)) assert.equal(got.headers[name], value, name);
      }
    },
  );
});

test("the client reads every response", needs("pip"), () => {
  check("output", { ...REPRESENTED, ...LOST_NAMES }, (vector) => {
    understood(vector, vector.response!);
  });
});

test("the server writes responses that are read as what they say", needs("pip"), () => {
  check("output", { ...EMPTY_PREFIX, ...LOST_NAMES }, (vector) => {
    const codec = createProtocol(vector.model, vector.protocol);
    const { error, result, operation } = vector;
    const response = error
      ? codec.encodeError(errorOf(vector), "request-1", operation)
      : codec.encodeOutput(operation, result!, "request-1");
    if (!error) assert.equal(response.status, vector.response!.status);
    const body = Buffer.from((response.body ?? "") as Uint8Array);
    const headers = response.headers as Record<string, string>;
    understood(vector, { status: response.status, headers, body });
  });
});

/** Runs a check on all vectors of a direction. */
function check(direction: "input" | "output", reasons: Reasons, run: (vector: Vector) => void): void {
  const failures: string[] = [];
  const applied: string[] = [];
  const needed = new Set<string>();
  for (const vector of vectors(direction)) {
    const reason = Object.keys(reasons).find((name) => reasons[name]!.test(vector.id));
    try {
      run(vector);
      applied.push(vector.name);
    } catch (error) {
      if (reason !== undefined) needed.add(reason);
      else failures.push(`${vector.name}: ${String((error as Error).message).slice(0, 1000)}`);
    }
  }
  assert.deepEqual(failures, []);
  assert.deepEqual(
    Object.keys(reasons).filter((reason) => !needed.has(reason)),
    [],
  );
  assert.ok(applied.length > 320, String(applied.length));
}

function errorOf({ error, response }: Vector): AwsError {
  const { code, message = "", members } = error!;
  const others = Object.fromEntries(Object.entries(members).filter(([name]) => !/^message$/i.test(name)));
  return new AwsError(code, message, { status: response!.status, members: others });
}

/** A response says what the vector says. */
function understood(vector: Vector, response: WholeResponse): void {
  const { model, protocol, operation, error, result } = vector;
  const read = () => createClient(model, protocol).decodeResponse(operation, response);
  if (error === undefined) {
    assert.deepEqual(comparable(read()), comparable(result));
    return;
  }
  assert.throws(read, (thrown: AwsError) => {
    // Clients of a service that has left the query protocol are told the old code; here it is always the shape's name.
    const shape = model.shapes[thrown.code];
    assert.ok([thrown.code, shape?.error?.code].includes(error.code), thrown.code);
    if (error.message !== undefined) assert.equal(thrown.message, error.message);
    return true;
  });
}

/** Said elsewhere, or the transport's. */
const NOT_COMPARED = new Set(["host", "content-length", "content-type", "content-md5"]);

/** A body as what it means: the order of fields, and how an empty one is written, do not matter. */
function contentOf({ protocol }: Vector, body: Uint8Array): unknown {
  const text = Buffer.from(body).toString("utf8");
  if (protocol === "smithy-rpc-v2-cbor") return comparable(parseCbor(body));
  if (protocol === "query" || protocol === "ec2") return [...new URLSearchParams(text)].map(String).sort();
  if (protocol === "rest-xml" && text.trimStart().startsWith("<")) return treeOf(parseXml(text.trim()));
  if (text === "" || text === "{}") return {};
  try {
    return comparable(JSON.parse(text));
  } catch {
    return text;
  }
}

function treeOf({ name, attributes, children, text }: XmlElement): unknown {
  const below = children.map(treeOf).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  return { name, attributes: [...attributes].sort(), text: children.length > 0 ? "" : text, below };
}
