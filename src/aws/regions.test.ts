import assert from "node:assert/strict";
import { test } from "node:test";
import { regionNames, threeZonesOf, zoneOf } from "./regions.ts";

test("what is spread over a Region's zones goes to three that it has, or to both of two", () => {
  for (const region of regionNames) {
    const zones = threeZonesOf(region);
    assert.equal(zones.length, region === "us-west-1" ? 2 : 3, region);
    for (const zone of zones) assert.equal(zoneOf(region, zone)?.name, zone);
  }
  assert.deepEqual(threeZonesOf("us-east-1"), ["us-east-1a", "us-east-1b", "us-east-1c"]);
  assert.deepEqual(threeZonesOf("ca-central-1"), ["ca-central-1a", "ca-central-1b", "ca-central-1d"]);
  assert.deepEqual(threeZonesOf("xx-north-1"), ["xx-north-1a", "xx-north-1b", "xx-north-1c"]);
});
