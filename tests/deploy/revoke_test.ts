/** Promises about revoking: what is kept works on, whatever was granted, and what is spent is gone where Deno can take it away. */

import { assertEquals } from "@std/assert";
import { CHECKOUT, run, variable } from "../packaging/programs.ts";
import type { Answer, Question } from "./revoking_program.ts";

const PROGRAM = `${CHECKOUT}tests/deploy/revoking_program.ts`;

/** The Deno of this test, and the oldest one where it is at hand. */
const DENOS = [Deno.execPath(), variable("DENO_2_6")].filter((deno) => deno !== undefined);

/** `granted` and `prompt`, short. */
const GONE = "prompt";
const LEFT = "granted";

async function ask(deno: string, flags: readonly string[], question: Question): Promise<Answer> {
  const { code, stdout, stderr } = await run(deno, ["run", "--no-prompt", ...flags, PROGRAM, JSON.stringify(question)]);
  assertEquals(code, 0, stderr);
  return JSON.parse(stdout);
}

/** A case: what was granted, what is asked for, what is then told and left. */
interface Case extends Question {
  readonly name: string;
  readonly flags: readonly string[];
  readonly kept: string;
  readonly states: readonly Deno.PermissionState[];
}

const read = (path: string): Deno.PermissionDescriptor => ({ name: "read", path });
const env = (variable: string): Deno.PermissionDescriptor => ({ name: "env", variable });
const net = (host: string): Deno.PermissionDescriptor => ({ name: "net", host });
const anyImport = { name: "import", host: "jsr.io:443" } as unknown as Deno.PermissionDescriptor;

const CASES: readonly Case[] = [
  {
    name: "kinds of which nothing is kept go as a whole, even when all was granted",
    flags: ["--allow-all"],
    keep: { net: ["a:1"] },
    query: [
      { name: "read" },
      { name: "env" },
      { name: "run" },
      { name: "write" },
      { name: "sys" },
      { name: "ffi" },
      net("a:1"),
    ],
    kept: "net=* (needed: a:1)",
    states: [GONE, GONE, GONE, GONE, GONE, GONE, LEFT],
  },
  {
    name: "code can no longer be loaded from hosts that Deno permits unasked",
    flags: [],
    keep: {},
    query: [anyImport],
    kept: "nothing",
    states: [GONE],
  },
  {
    name: "of a kind with a list, what is spent goes and the rest stays",
    flags: [
      "--allow-read=/k,/t",
      "--allow-env=HOME,SHOP",
      "--allow-net=a:1,[::]:8080,0.0.0.0:8080",
      "--allow-run=true",
    ],
    keep: { read: ["/t"], env: ["SHOP"], net: ["a:1"], run: ["true"] },
    spent: { read: ["/k"], env: ["HOME", "KUBECONFIG"], net: ["[::]:8080", "0.0.0.0:8080"] },
    query: [read("/k"), read("/t"), env("HOME"), env("SHOP"), net("[::]:8080"), net("0.0.0.0:8080"), net("a:1"), {
      name: "run",
      command: "true",
    }],
    kept: "net=a:1 read=/t env=SHOP run=true",
    states: [GONE, LEFT, GONE, LEFT, GONE, GONE, LEFT, LEFT],
  },
  {
    name: "a file stays that shares the grant of a directory with one that is kept",
    flags: ["--allow-read=/home/me"],
    keep: { read: ["/home/me/t"] },
    spent: { read: ["/home/me/.kube/config"] },
    query: [read("/home/me/t"), read("/home/me/.kube/config")],
    kept: "read=/home/me/t,/home/me/.kube/config",
    states: [LEFT, LEFT],
  },
  {
    name: "a file in a directory that is kept stays",
    flags: ["--allow-read=/sa"],
    keep: { read: ["/sa"] },
    spent: { read: ["/sa/../sa/token"] },
    query: [read("/sa/token")],
    kept: "read=/sa,/sa/../sa/token",
    states: [LEFT],
  },
  {
    name: "a directory that holds what is kept stays",
    flags: ["--allow-read=/home/me,/home/me/t"],
    keep: { read: ["/home/me/t"] },
    spent: { read: ["/home/me"] },
    query: [read("/home/me/t")],
    kept: "read=/home/me/t,/home/me",
    states: [LEFT],
  },
  {
    name: "a root that was granted stays with all below it",
    flags: ["--allow-read=/"],
    keep: { read: ["/t"] },
    spent: { read: ["/k"] },
    query: [read("/t")],
    kept: "read=/t,/k",
    states: [LEFT],
  },
  {
    name: "relative paths are those that they are",
    flags: ["--allow-read=."],
    keep: { read: ["deno.json"] },
    spent: { read: ["mod.ts"] },
    query: [read("deno.json")],
    kept: `read=${CHECKOUT}deno.json,${CHECKOUT}mod.ts`,
    states: [LEFT],
  },
  {
    name: "a variable stays that shares a grant of names with one that is kept",
    flags: ["--allow-env=AWS_*,HOME"],
    keep: { env: ["AWS_KEY"] },
    spent: { env: ["AWS_REGION", "HOME"] },
    query: [env("AWS_KEY"), env("HOME")],
    kept: "env=AWS_KEY,AWS_REGION",
    states: [LEFT, GONE],
  },
  {
    name: "a port stays that shares the grant of its host with one that is kept",
    flags: ["--allow-net=127.0.0.1"],
    keep: { net: ["127.0.0.1:6443"] },
    spent: { net: ["127.0.0.1:8080"] },
    query: [net("127.0.0.1:6443")],
    kept: "net=127.0.0.1:6443,127.0.0.1:8080",
    states: [LEFT],
  },
  {
    name: "another port of the same host goes",
    flags: ["--allow-net=127.0.0.1:6443,127.0.0.1:8080"],
    keep: { net: ["127.0.0.1:6443"] },
    spent: { net: ["127.0.0.1:8080"] },
    query: [net("127.0.0.1:6443"), net("127.0.0.1:8080")],
    kept: "net=127.0.0.1:6443",
    states: [LEFT, GONE],
  },
  {
    name: "an address stays that shares a network with one that is kept",
    flags: ["--allow-net=10.0.0.0/8,[fd00::1]:443,[::]:8080"],
    keep: { net: ["10.0.0.1:443", "[fd00::1]:443"] },
    spent: { net: ["10.9.9.9:443", "10.9.9.9:80", "[::]:8080"] },
    query: [net("10.0.0.1:443"), net("[fd00::1]:443"), net("[::]:8080")],
    kept: "net=10.0.0.1:443,[fd00::1]:443,10.9.9.9:443,10.9.9.9:80",
    states: [LEFT, LEFT, GONE],
  },
  {
    name: "a name stays that shares a wildcard with one that is kept",
    flags: ["--allow-net=*.example.com,b.example.org:1"],
    keep: { net: ["api.a.example.com:443"] },
    spent: { net: ["b.example.com:443", "b.example.org:1"] },
    query: [net("api.a.example.com:443"), net("b.example.org:1")],
    kept: "net=api.a.example.com:443,b.example.com:443",
    states: [LEFT, GONE],
  },
  {
    name: "a program stays under every name while any is kept",
    flags: ["--allow-run=true"],
    keep: { run: ["true"] },
    spent: { run: ["/usr/bin/true"] },
    query: [{ name: "run", command: "true" }],
    kept: "run=true,/usr/bin/true",
    states: [LEFT],
  },
  {
    name: "what was never granted is no trouble",
    flags: ["--allow-net=a:1"],
    keep: { net: ["a:1", "b:1"], read: ["/x"] },
    spent: { net: ["c:1"], read: ["/y"] },
    query: [net("a:1")],
    kept: "net=a:1,b:1 read=/x",
    states: [LEFT],
  },
];

for (const deno of DENOS) {
  for (const { name, flags, kept, states, ...question } of CASES) {
    Deno.test(deno === Deno.execPath() ? name : `${name}; on Deno 2.6`, async () => {
      assertEquals(await ask(deno, flags, question), { kept, states });
    });
  }
}
