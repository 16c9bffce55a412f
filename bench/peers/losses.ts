/** Targets that are missed, by id: what the profile shows, and what was tried. */

const CPU_OF_A_WRITE =
  "By perf, with a server that does next to nothing: a write takes the bare program some 50 µs, Rust 90, this module 300 among the " +
  "first thousand and 145 once all is compiled. Of the first ones, 30 % are code that V8 has not compiled yet, 22 % its threads that " +
  "compile and collect, 15 % the kernel. Later it is 16 % those threads, 12 % the kernel, 11 % JSON (an answer and an event read, a " +
  "body written), 8 % the collector; the rest is spread over 600 functions, of which none takes 2 %. Kept, of this " +
  "module before each: HTTP/1.1 (client CPU of a write 0.88 ×), Runs without promises, one timer for all deadlines, requests with " +
  "fewer copies (0.79 ×), one file, a small space for young objects, connections of our own (0.86 × of the whole), a short way for " +
  "requests of JSON and heads read in two looks (0.84 × again: docs/decisions/0014-the-wire.md). Dropped: the event of an own write " +
  "taken from its answer (1.0 ×), signals without listeners (1.0 ×), V8's tiers sooner, later or fewer (0.95 to 1.1 ×), " +
  "--always-sparkplug, --no-lazy-feedback-allocation, --single-threaded-gc, other young spaces (0.97 to 1.14 ×).";

const TWO_CORES =
  "Operator, API server, etcd and harness share two cores and fill them, so the wall time follows the sum of their CPU: the API " +
  "server and etcd take 1.8 to 2 s for the 1,200 writes of anybody. What of the rest is ours is told at 1.converge.1000.bare.cpu, " +
  "and what passes before the first write at 5.startup.staircase.wall.";

const SAME_WRITES =
  "The writes are the API server's cost, and the peers in this form make hardly more of them: 1,200 (events), about 1,265 " +
  "(Go cached) and 1,360 (Rust cached) against our 1,200; an earlier series had 1,518. What is left are differences of a " +
  "few hundredths of a second, within the spread of the runs. Requests besides the writes: a list and a watch a kind.";

const LISTING =
  "The start is 0.09 s, reading 20 pages of 0.8 MB and parsing them 0.17 s (a program that does only that), looking where their " +
  "items end 0.03 s, keeping, queueing and triggering 0.1 s, 10,000 Runs 0.1 s with V8's compiler. Rust's part is smaller than in " +
  "earlier series (0.46 instead of 0.51 s), ours larger (0.40 s when requests went over fetch). Kept: pages instead of a streaming " +
  "list, the next page asked for ahead, objects frozen when read, lists read as they come though that is 1.05 to 1.1 ×, for the " +
  "memory (docs/decisions/0015-what-is-nobodys.md), texts decoded leniently (0.97 × of 50,000), " +
  "managedFields cut from the bytes before they are parsed (0.91 ×, against a server that does nothing else; not in the table yet). Dropped: texts instead of parsed " +
  "objects (0.44 s), larger pages (0.34 s, but 132 MiB), V8's young generation that marks instead of copying (1.08 ×), scavenges " +
  "without helpers (1.06 ×), without maglev (1.36 ×), fewer promises around a Run (1.0 ×).";

const PAGES_IN_TURN =
  "60 % of the time this process waits: the API server makes a page of 500 in about 19 ms, and each needs the token of the one " +
  "before. Rust waits for the same pages. One page of 10,000, as the bare program asks for it, would take 0.5 s, and 132 instead of " +
  "99 MiB: the memory stays taken, while the time is saved once a start.";

const MEMORY =
  "An empty Deno program peaks at 28 MiB, this module loaded at 34 to 44, pages of 500 read and dropped at 67 to 78: the bytes, " +
  "the text and the graph of a page, twice, as the next one is on its way. Tried: --max-semi-space-size=4 (124 to 99 MiB; " +
  "2 is no better, 1 is worse), pages of 100 (109 MiB, the API server's CPU doubled), a buffer of our own for watches (- 20 MiB, " +
  "kept), texts in slabs (no difference at 10,000), lists read as they come (103 to 97 MiB, kept).";

const MANY_OBJECTS =
  "The text is 1.3 KB of an object, bookkeeping and queue 0.45 KB, the first 10,000 are parsed; the rest is V8's and pages under " +
  "way. CPU: each object beyond the first 10,000 is parsed twice, at the list and at its Run, and written as text once. All parsed " +
  "would take 1.9 instead of 2.4 s in process, and more memory (docs/decisions/0004). Looking where items end is 1.5 of 30 µs an " +
  "object. In earlier series Rust took 4.7 s where it takes 3.6 now, this module 3.5 in both.";

const ONE_EVENT =
  "Each update comes alone, so it costs a read of the network each: the most of 0.3 ms is Deno's event loop and its threads, for " +
  "the bare program as well; Rust takes 0.27 ms. Ours, 0.05 ms: the line's JSON, cache, queue, a Run, and the old version of the " +
  "object made text. Kept: one loop instead of three stages of streams, a buffer of our own.";

const RUN_IN_CONTROLLER =
  "A stricter count than the target's, whose Run takes 0.5 µs: here are besides it the queue (0.7 µs), reading the clock (0.1 to " +
  "0.3 µs each, four times), the next Run's place in the heap, the report, and the controller's own start. 3.8 µs on a quiet machine.";

const GROWTH =
  "The process waits for the API server: a page of a list of 100,000 takes it 39 ms of CPU, one of 10,000 26 ms, and pages come one " +
  "after the other. Rust's time grows by 12.5, ours by 12.6, for ten times the objects; CPU and memory an object fall. One list in " +
  "one piece takes the API server half (the bare program's), and the memory of all of it on this side.";

const ONE_CHANGE =
  "Two thirds of the 6 ms are the API server's. 200 changes are too few for V8 to compile what they run.";

const START =
  "The thread of JavaScript works for some 52 ms of it, of which Deno itself is 14 ms; then, one after the other: 8 ms until the " +
  "program's modules are there, 6 ms connect, 8 ms until the first request, 6 ms the first setTimeout (Deno 2.9 loads Node's timers " +
  "for it), 3 ms the look at the authority, 4 ms two handshakes, 5 ms the lists, 9 ms until the Run has ended. 700 functions are " +
  "compiled at each start, 10 ms: Deno keeps V8's code as it is before a program runs, which has the outermost functions alone. Kept: " +
  "random numbers drawn by another thread (main thread 0.72 ×), a minified file (0.95 ×), no deno.json, no roots of the machine's to " +
  "read (2 to 4 ms). Tried and dropped: all functions compiled at once (--no-lazy: what is read instead costs as much, and 3 MiB), " +
  "V8's hint for that in a comment (which Deno's V8 does not heed), several files instead of one (2 ms), timers by " +
  "AbortSignal.timeout, which need not Node's (3 ms, 1.5 MiB), but cannot be unref'd, and whose leaks no sanitizer of tests sees; the " +
  "first handshakes beside the look at the authority (3 ms), which dials for every waiting request while a server is down.";

const AT_REST =
  "Of 48 MiB, 32 are pages of Deno's own file that are shared by all who run it (21 in an empty program), 15 are memory (10 in an " +
  "empty program). Kept: a minified file (1.2 MiB: V8 keeps its text), one without characters beyond Latin-1 (0.8), no deno.json " +
  "(1.5), no question for a newer Deno (1.6). Tried and dropped: --optimize-for-size, --max-lazy, --single-threaded-gc and glibc's " +
  "arenas (nothing), --no-sparkplug (0.4, but it is what busy operators run by), timers without Node's (1.5, see " +
  "5.startup.staircase.wall). Web Streams, by which watches tell, are 0.8. Since lists are read as " +
  "they come, V8 compiles the loop that looks for the ends of items at the first list, even of one object: 4 MiB, for which 47 became 51.";

const TELEMETRY =
  "Between 1.05 and 1.17 in the series of one day: processes of half a second are compared. What is recorded for each Run that changes " +
  "something are durations, at 0.7 to 1 µs a record in Deno, and spans of the 25 and 5 a second that are traced. Tried: see " +
  "docs/decisions/0008-telemetry-by-share.md.";

/** The texts that are printed below the verdicts. */
export const LOSSES: Readonly<Record<string, string>> = {
  "1.converge.300.rust.cpu": CPU_OF_A_WRITE,
  "1.converge.300.go-cached.cpu": CPU_OF_A_WRITE,
  "1.converge.300.rust-events.cpu": CPU_OF_A_WRITE,
  "1.converge.1000.rust-events.cpu": CPU_OF_A_WRITE,
  "1.converge.1000.bare.cpu": CPU_OF_A_WRITE,
  "1.converge.300.rust.wall": TWO_CORES,
  "1.converge.300.rust-cached.wall": TWO_CORES,
  "1.converge.300.go-cached.wall": TWO_CORES,
  "1.converge.300.rust-events.wall": TWO_CORES,
  "1.converge.1000.rust-events.wall": TWO_CORES,
  "1.converge.1000.bare.wall": TWO_CORES,
  "1.converge.300.rust-cached.apiserver": SAME_WRITES,
  "1.converge.300.go-cached.apiserver": SAME_WRITES,
  "1.converge.300.rust-events.apiserver": SAME_WRITES,
  "1.converge.1000.rust-events.apiserver": SAME_WRITES,
  "2.idle.10000.rust.cpu": LISTING,
  "2.idle.10000.rust.wall": PAGES_IN_TURN,
  "2.idle.10000.rust.rss": MEMORY,
  "2.idle.100000.rust.rss": MANY_OBJECTS,
  "2.idle.100000.rust.cpu": MANY_OBJECTS,
  "3.churn.10000.rust.cpu": ONE_EVENT,
  "3.churn.10000.p99": ONE_EVENT,
  "4.latency.1.best.p50": ONE_CHANGE,
  "4.latency.1.best.p99": ONE_CHANGE,
  "5.startup.staircase.wall": START,
  "5.startup.staircase.rss": AT_REST,
  "6.growth.100000.wall": GROWTH,
  "6.growth.marginal.cpu": MANY_OBJECTS,
  "6.growth.marginal.wall": GROWTH,
  "7-run-in-controller": RUN_IN_CONTROLLER,
  "7-metrics": TELEMETRY,
  "7-metrics-steady": TELEMETRY,
};
