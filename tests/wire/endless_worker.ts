/** A server in a thread of its own: it gets its certificate, and posts its URL. */

import { OddServer } from "./odd_server.ts";

const scope = globalThis as unknown as {
  onmessage: (event: MessageEvent<{ cert: string; key: string }>) => void;
  postMessage(url: string): void;
};

scope.onmessage = ({ data }) => scope.postMessage(new OddServer(data).url);
