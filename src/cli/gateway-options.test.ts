import assert from "node:assert/strict";
import { test } from "node:test";
import { CliError } from "./cli-error.ts";
import { type GatewayFlags, gatewayOptions } from "./gateway-options.ts";

const optionsOf = (flags: GatewayFlags, environment = {}) => gatewayOptions(flags, [], environment);
const refused = (flags: GatewayFlags, message: RegExp, environment = {}) =>
  assert.rejects(
    optionsOf(flags, environment),
    (error) => error instanceof CliError && message.test(error.message),
  );

const MOTO = "http://127.0.0.1:5000";

test("everything goes on as it came, but for the services that are named", async () => {
  const { services, upstreams, limits } = await optionsOf({
    to: [MOTO, "s3=https://minio.example.com"],
    own: "sqs, lambda",
  });
  assert.deepEqual(services, ["sqs", "lambda"]);
  assert.deepEqual(upstreams, {
    "*": { url: MOTO, keepsHost: true },
    s3: { url: "https://minio.example.com", keepsHost: false },
  });
  assert.deepEqual(limits, { longestMs: 3_600_000 });
});

test("AWS is signed for with the SDK's credentials, another endpoint where that is asked for", async () => {
  const aws = await optionsOf({ to: ["aws"], allowRealAws: true });
  assert.equal(typeof aws.upstreams?.["*"]?.credentials, "function");
  const signed = await optionsOf({ to: [MOTO], sign: true });
  assert.equal(typeof signed.upstreams?.["*"]?.credentials, "function");
});

test("real AWS wants leave, and a gateway does not stand in front of itself", async () => {
  await refused({ to: ["aws"] }, /--to \*=aws is real AWS, .*--allow-real-aws/);
  await refused({ to: ["sqs=aws", MOTO] }, /--allow-real-aws/);
  await refused({ to: ["s3=http://127.0.0.1:9000"] }, /Say where calls go/);
  await refused({ to: ["http://localhost:4566"] }, /where this gateway would listen itself/);
  await refused({ to: ["aws"], allowRealAws: true }, /AWS_ENDPOINT_URL is set/, {
    AWS_ENDPOINT_URL: "http://127.0.0.1:4566",
  });
});

test("a gateway that signs lets in nobody else without a signature of their own", async () => {
  const to = ["https://{service}.{region}.example.com"];
  await refused({ to, host: "0.0.0.0" }, /On 0\.0\.0\.0 others could call with this machine's credentials/);
  await optionsOf({ to, host: "0.0.0.0", verifySignatures: true });
  await optionsOf({ to: [MOTO], host: "0.0.0.0" });
});

test("limits are read, and what is none is refused", async () => {
  const { limits } = await optionsOf({ to: [MOTO], maxFaults: "100", maxShare: "5%", maxTtl: "10m" });
  assert.deepEqual(limits, { longestMs: 600_000, most: 100, share: 5 });
  await refused({ to: [MOTO], maxFaults: "many" }, /--max-faults wants a whole number/);
  await refused({ to: [MOTO], maxShare: "200" }, /--max-share wants a percentage/);
  await refused({ to: [MOTO], maxTtl: "long" }, /--max-ttl wants a duration/);
});

test("what is written wrongly is refused by what is wrong with it", async () => {
  await refused({ to: [MOTO, "dynamdb=http://127.0.0.1:8000"] }, /--to dynamdb=….*Did you mean "dynamodb"\?/);
  await refused({ to: [MOTO, "nosuchsvc=http://127.0.0.1:8000"] }, /There is no service "nosuchsvc"\./);
  await refused(
    { to: ["ftp://127.0.0.1"] },
    /^--to wants a URL of http:\/\/ or https:\/\/, or aws, not "ftp:\/\/127/,
  );
  await refused({ to: [MOTO, "http://127.0.0.1:8000"] }, /^--to says twice where everything else goes/);
  await refused({ to: ["nowhere"] }, /^--to wants a URL of http:\/\/ or https:\/\/, or aws, not "nowhere"/);
  for (const name of ["sqs", "s3-web", "new:tomorrow", "*"]) {
    const to = [...(name === "*" ? [] : [MOTO]), `${name}=http://127.0.0.1:8000`];
    const { upstreams = {} } = await optionsOf({ to });
    assert.equal(upstreams[name.replace("new:", "")]?.url, "http://127.0.0.1:8000", name);
  }
  await refused(
    { to: [MOTO], cassetteMode: "record" },
    /--cassette-mode is about a cassette: .*--cassette FOLDER/,
  );
  await refused({ to: [MOTO], cassetteSecrets: true }, /--cassette-secrets is about a cassette/);
  await assert.rejects(gatewayOptions({ to: [MOTO] }, ["--bogus"], {}), {
    message: "There is no option --bogus. squall gateway --help lists them.",
  });
});
