import assert from "node:assert/strict";
import { test } from "node:test";

import { clientAddress, Networks, TELEGRAM_NETWORKS } from "./networks.ts";

test("a network holds its first and last address and none beside them", () => {
  const telegram = new Networks(TELEGRAM_NETWORKS);
  // 149.154.160.0/20 ends at .175.255, 91.108.4.0/22 at .7.255.
  for (const inside of ["149.154.160.0", "149.154.175.255", "91.108.4.0", "91.108.7.255"]) {
    assert.equal(telegram.includes(inside), true, inside);
  }
  for (const outside of ["149.154.159.255", "149.154.176.0", "91.108.8.0", "91.108.3.255"]) {
    assert.equal(telegram.includes(outside), false, outside);
  }
});

test("IPv6 networks and IPv4 addresses in IPv6 form are understood", () => {
  const networks = new Networks(["2001:db8::/32", "10.0.0.0/8", "::1"]);
  for (const inside of ["2001:db8:ffff::1", "::ffff:10.1.2.3", "::1"]) {
    assert.equal(networks.includes(inside), true, inside);
  }
  for (const outside of ["2001:db9::1", "::ffff:11.1.2.3", "::2"]) {
    assert.equal(networks.includes(outside), false, outside);
  }
});

test("what is not an address is outside of every network", () => {
  const everything = new Networks(["0.0.0.0/0", "::/0"]);
  const odd = ["", "unknown", "1.2.3", "1.2.3.4.5", "01.2.3.4", "1.2.3.4:80", "fe80::1%eth0", "💥"];
  for (const address of [...odd, undefined]) assert.equal(everything.includes(address), false);
});

test("a malformed network is refused with the value and the rule", () => {
  for (const network of [
    "10.0.0.0/33",
    "::/129",
    "10.0.0.0/",
    "10.0.0.0/8/8",
    "host",
    "10.0.0.0/-1",
    "",
  ]) {
    assert.throws(() => new Networks([network]), { code: "bad-options" }, network);
  }
});

const PROXIES = new Networks(["10.0.0.0/8", "fd00::/8"]);
const CASES: readonly (readonly [
  name: string,
  peerAddress: string | undefined,
  forwardedFor: string | undefined,
  client: string | undefined,
])[] = [
  ["without a proxy, the peer", "203.0.113.9", undefined, "203.0.113.9"],
  ["a stranger's header is not believed", "203.0.113.9", "149.154.160.1", "203.0.113.9"],
  ["one proxy", "10.0.0.1", "149.154.160.1", "149.154.160.1"],
  ["two proxies", "10.0.0.1", "149.154.160.1, 10.0.0.2", "149.154.160.1"],
  [
    "a client's forged hops are left of the truth",
    "10.0.0.1",
    "149.154.160.1, 203.0.113.9",
    "203.0.113.9",
  ],
  ["IPv6 hops", "fd00::1", "2001:db8::7,fd00::2", "2001:db8::7"],
  ["only proxies: the farthest", "10.0.0.1", "10.0.0.3,10.0.0.2", "10.0.0.3"],
  ["no header from a proxy: the proxy", "10.0.0.1", undefined, "10.0.0.1"],
  ["an odd hop", "10.0.0.1", "unknown", undefined],
  ["an odd hop behind a proxy", "10.0.0.1", "149.154.160.1, 1.2.3.4:80, 10.0.0.2", undefined],
  ["an empty header", "10.0.0.1", "", undefined],
  ["an unknown peer", undefined, "149.154.160.1", undefined],
  ["more hops than any chain has", "10.0.0.1", Array(10_000).fill("10.0.0.2").join(), undefined],
];

for (const [name, peerAddress, forwardedFor, client] of CASES) {
  test(`the client's address: ${name}`, () => {
    assert.equal(clientAddress({ peerAddress, forwardedFor }, PROXIES), client);
  });
}
