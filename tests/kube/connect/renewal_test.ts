/** Promises about credentials that end: how often they are asked for. In virtual time. */

import { assert, assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import { Renewal } from "../../../lib/kube/connect/credentials/renewal.ts";
import { VirtualClock } from "../../../lib/testing/mod.ts";

interface Ticket {
  readonly number: number;
  readonly ends?: number;
}

/** A source of tickets, each of which expires `life` milliseconds after it was issued. */
function counter(life = Infinity) {
  const clock = new VirtualClock();
  const tickets: Ticket[] = [];
  const state = { life, fails: false, asked: 0 };
  const ask = async () => {
    state.asked++;
    await Promise.resolve();
    if (state.fails) throw new Error("closed");
    const ticket = { number: tickets.length + 1, ...(state.life !== Infinity && { ends: clock.now() + state.life }) };
    tickets.push(ticket);
    return ticket;
  };
  return { clock, tickets, state, renewal: new Renewal<Ticket>(ask, ({ ends }) => ends, clock) };
}

Deno.test("a credential is asked for once, however many need the first one together", async () => {
  const { renewal, tickets } = counter();
  const all = await Promise.all(Array.from({ length: 100 }, () => renewal.current()));
  assertEquals([tickets.length, new Set(all).size], [1, 1]);
  assertStrictEquals(renewal.current(), tickets[0]);
});

Deno.test("one that has ended is asked for anew, once", async () => {
  const { renewal, tickets, clock } = counter(60_000);
  await renewal.current();
  await clock.advance(59_999);
  assertEquals((await renewal.current()).number, 1);
  await clock.advance(1);
  await Promise.all([renewal.current(), renewal.current()]);
  assertEquals(tickets.length, 2);
});

Deno.test("all who hear together that one is refused share one question, and so do those that hear late", async () => {
  const { renewal, tickets } = counter();
  const first = await renewal.current();
  const instead = (ticket: Ticket) => {
    renewal.refuse(ticket);
    return renewal.instead(ticket);
  };
  const all = await Promise.all(Array.from({ length: 100 }, () => instead(first)));
  assertEquals([tickets.length, new Set(all.map((each) => each?.number))], [2, new Set([2])]);
  assertEquals((await instead(first))?.number, 2);
  assertEquals(tickets.length, 2);
});

Deno.test("a plugin whose answers are refused is asked ever more rarely: a dozen times in the first hour", async () => {
  const { renewal, tickets, clock } = counter();
  const askedAt: number[] = [];
  for (let second = 0; second < 3_600; second++) {
    const before = tickets.length;
    // Ten requests a second, all refused.
    for (let i = 0; i < 10; i++) {
      const ticket = await renewal.current();
      renewal.refuse(ticket);
      const other = await renewal.instead(ticket);
      if (other) renewal.refuse(other);
    }
    if (tickets.length > before) askedAt.push(second);
    await clock.advance(1_000);
  }
  assertEquals(askedAt.slice(0, 6), [0, 1, 3, 7, 15, 31]);
  assert(tickets.length < 25, `${tickets.length} questions`);
  // What was taken ends the pauses.
  renewal.accept(await renewal.current());
  const ticket = await renewal.current();
  renewal.refuse(ticket);
  assert(await renewal.instead(ticket) !== undefined);
});

Deno.test("one that has ended when it comes is used, and asked for ever more rarely: the clocks may differ", async () => {
  const { renewal, tickets, clock } = counter(-1);
  for (let second = 0; second < 600; second++) {
    renewal.accept(await renewal.current());
    await clock.advance(1_000);
  }
  assert(tickets.length >= 2 && tickets.length < 16, `${tickets.length} questions in ten minutes`);
});

Deno.test("a plugin that fails is not run for each request, and what it said is thrown meanwhile", async () => {
  const { renewal, state, clock } = counter();
  state.fails = true;
  for (let i = 0; i < 50; i++) await assertRejects(async () => await renewal.current(), Error, "closed");
  // The first, and one more at once: it may have been bad luck.
  assertEquals(state.asked, 2);
  state.fails = false;
  await clock.advance(300_000);
  assertEquals((await renewal.current()).number, 1);
});

Deno.test("a failure to renew leaves the refusal to be heard, and the next one asks again", async () => {
  const { renewal, state, clock } = counter();
  const ticket = await renewal.current();
  state.fails = true;
  renewal.refuse(ticket);
  assertEquals(await renewal.instead(ticket), undefined);
  state.fails = false;
  await clock.advance(300_000);
  assertEquals((await renewal.instead(ticket))?.number, 2);
});
