/** The parts of the support bot that need no Telegram: what people type, and the shop's database. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { suite, test } from "node:test";

import {
  checkPostalCode,
  readPlace,
  readStreet,
} from "../../examples/support-bot/address-input.ts";
import { openShop } from "../../examples/support-bot/shop/shop.ts";

const NOW_MS = Date.UTC(2026, 10, 21, 12);

suite("reading an address", () => {
  for (const [typed, street] of [
    ["Lindenstraße 12", "Lindenstraße 12"],
    ["  Rue   de l'Odéon 7 ", "Rue de l'Odéon 7"],
    ["Am See", "Am See"],
  ] as const) {
    test(`takes “${typed}” as a street`, () => {
      assert.deepEqual(readStreet(typed), { ok: true, value: street });
    });
  }

  for (const typed of ["12", "a", "???", "Lindenstraße 12\n10115 Berlin", "x".repeat(81)]) {
    test(`refuses ${JSON.stringify(typed.slice(0, 32))} as a street and says why`, () => {
      const reading = readStreet(typed);
      assert.equal(reading.ok, false);
      assert.match(reading.ok ? "" : reading.problem, /\w{3,}.*[.0-9]$/);
    });
  }

  for (const [typed, postalCode, city] of [
    ["10115 Berlin", "10115", "Berlin"],
    ["  3100, St. Pölten ", "3100", "St. Pölten"],
    ["75006   Paris 6e", "75006", "Paris 6e"],
  ] as const) {
    test(`takes “${typed}” as postal code and city`, () => {
      assert.deepEqual(readPlace(typed), { ok: true, value: { postalCode, city } });
    });
  }

  for (const typed of [
    "Berlin",
    "10115",
    "Berlin 10115",
    "123 Berlin",
    "123456 Berlin",
    "1234 5",
  ]) {
    test(`refuses “${typed}” as postal code and city`, () => {
      assert.equal(readPlace(typed).ok, false);
    });
  }

  test("holds the postal code against the country", () => {
    assert.equal(checkPostalCode("10115", "DE").ok, true);
    assert.equal(checkPostalCode("1010", "AT").ok, true);
    assert.deepEqual(checkPostalCode("1010", "DE"), {
      ok: false,
      problem: "Postal codes in Germany have 5 digits, and yours is 1010.",
    });
  });
});

suite("the shop", () => {
  test("gives a new person two orders of their own, once", () => {
    const shop = openShop(":memory:");
    shop.orders.welcome(101, NOW_MS);
    shop.orders.welcome(101, NOW_MS);
    shop.orders.welcome(102, NOW_MS);
    const numbers = shop.orders.ofPerson(101).map(({ number }) => number);
    assert.equal(numbers.length, 2);
    assert.equal(shop.orders.ofPerson(102).length, 2);
    assert.equal(shop.orders.ofPerson(103).length, 0);
    for (const number of numbers) {
      assert.ok(shop.orders.items(number).length > 0);
      assert.equal(shop.orders.find(102, number), undefined);
    }
    shop.close();
  });

  test("is seeded once and keeps what was written", () => {
    const folder = mkdtempSync(path.join(tmpdir(), "shop-"));
    const file = path.join(folder, "new", "shop.sqlite");
    const address = {
      street: "Am See 1",
      postalCode: "1010",
      city: "Wien",
      country: "AT" as const,
    };
    const first = openShop(file);
    first.orders.welcome(101, NOW_MS);
    const [newest] = first.orders.ofPerson(101);
    first.addresses.save(101, address);
    first.addresses.save(101, { ...address, city: "Graz" });
    first.close();
    const second = openShop(file);
    assert.deepEqual(second.orders.ofPerson(101)[0], newest);
    assert.deepEqual({ ...second.addresses.ofPerson(101) }, { ...address, city: "Graz" });
    second.orders.welcome(102, NOW_MS);
    assert.equal(second.orders.ofPerson(102)[1]?.number, newest!.number + 1);
    second.close();
    rmSync(folder, { recursive: true });
  });

  test("opens one ticket per person, however often it is asked to", () => {
    const shop = openShop(":memory:");
    const { tickets } = shop;
    const ticket = tickets.open(101, "1@10");
    assert.deepEqual(tickets.open(101, "1@10"), ticket);
    assert.deepEqual(tickets.open(101, "2@11"), ticket);
    assert.notEqual(tickets.open(102, "3@12").id, ticket.id);
    shop.close();
  });

  test("gives an attempt that is repeated after the closing its own ticket, closed", () => {
    const shop = openShop(":memory:");
    const { tickets } = shop;
    const { id } = tickets.open(101, "1@10");
    assert.equal(tickets.close(id, "2@11"), true);
    assert.equal(tickets.close(id, "3@12"), false, "somebody else was first");
    assert.equal(tickets.close(id, "2@11"), true, "the same update again");
    assert.deepEqual(tickets.open(101, "1@10"), { id, personId: 101, open: false });
    assert.notEqual(tickets.open(101, "4@13").id, id);
    shop.close();
  });

  test("finds a ticket's messages from both sides", () => {
    const shop = openShop(":memory:");
    const { tickets } = shop;
    const { id } = tickets.open(101, "1@10");
    tickets.link(id, { groupMessageId: 50, customerMessageId: 7 });
    tickets.link(id, { groupMessageId: 51, customerMessageId: 7 });
    assert.equal(tickets.headOf(id), 50);
    assert.equal(tickets.groupMessageOf(id, 7), 51);
    assert.equal(tickets.groupMessageOf(id, 8), undefined);
    assert.equal(tickets.byGroupMessage(50)?.ticket.id, id);
    assert.equal(tickets.byGroupMessage(51)?.customerMessageId, 7);
    assert.equal(tickets.byGroupMessage(52), undefined);
    shop.close();
  });
});
