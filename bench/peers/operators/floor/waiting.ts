/** The floor for memory: a program that does nothing and stays. */

// deno-lint-ignore no-console -- what the harness waits for
console.log("SYNCED");
setInterval(() => {}, 2 ** 31 - 1);
