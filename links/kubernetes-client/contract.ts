/** The contract between whoever makes requests and whatever performs them. */

/** The verbs of HTTP that an API server knows. */
export type HttpMethods = "GET" | "POST" | "DELETE" | "PUT" | "PATCH" | "OPTIONS" | "HEAD";

/** One request, and what is expected as its answer: bytes, unless told otherwise. */
export interface RequestOptions {
  /** The verb. */
  method: HttpMethods;
  /** The path on the server, from its root. */
  path: string;
  /** The parameters of the URL. */
  querystring?: URLSearchParams;
  /** Ends the request. */
  abortSignal?: AbortSignal;
  /** The media type of the body. */
  contentType?: string;
  /** The body, as bytes. */
  bodyRaw?: Uint8Array;
  /** The body, as JSON. */
  bodyJson?: JSONValue;
  /** The body, as a stream. */
  bodyStream?: ReadableStream<Uint8Array>;
  /** The media type that is wanted. */
  accept?: string;
  /** Expects a tunnel that speaks one of these protocols. */
  expectTunnel?: string[];
  /** Expects a stream: of bytes or, with `expectJson`, of the values that stand one a line. */
  expectStream?: boolean;
  /** Expects JSON. */
  expectJson?: boolean;
}

/** A connection with channels, as `exec` and `port-forward` use it. */
export interface KubernetesTunnel {
  /** The protocol below. */
  readonly transportProtocol: "SPDY" | "WebSocket" | "Opaque";
  /** The protocol that was agreed on. */
  readonly subProtocol: string;
  /** Opens a channel. */
  getChannel<Treadable extends boolean, Twritable extends boolean>(opts: {
    spdyHeaders?: Record<string, string | number>;
    streamIndex?: number;
    readable: Treadable;
    writable: Twritable;
  }): Promise<{
    readable: Treadable extends true ? ReadableStream<Uint8Array> : null;
    writable: Twritable extends true ? WritableStream<Uint8Array> : null;
  }>;
  /** To be called when the first channels are open. */
  ready(): Promise<void>;
  /** Ends the connection. */
  stop(): Promise<void>;
}

/** Performs requests. What comes back depends on what is expected. */
export interface RestClient {
  /** Performs a request that opens a tunnel. */
  performRequest(opts: RequestOptions & { expectTunnel: string[] }): Promise<KubernetesTunnel>;
  /** Performs a request whose answer is a stream of JSON values. */
  performRequest(opts: RequestOptions & { expectStream: true; expectJson: true }): Promise<ReadableStream<JSONValue>>;
  /** Performs a request whose answer is a stream of bytes. */
  performRequest(opts: RequestOptions & { expectStream: true }): Promise<ReadableStream<Uint8Array>>;
  /** Performs a request whose answer is JSON. */
  performRequest(opts: RequestOptions & { expectJson: true }): Promise<JSONValue>;
  /** Performs a request whose answer is bytes. */
  performRequest(opts: RequestOptions): Promise<Uint8Array>;
  /** The namespace that is meant when none is named. */
  defaultNamespace?: string;
}

/** What JSON can hold that is no structure. */
export type JSONPrimitive = string | number | boolean | null | undefined;
/** What JSON can hold. */
export type JSONValue = JSONPrimitive | JSONObject | JSONArray;
/** An object of JSON. */
export type JSONObject = { [key: string]: JSONValue };
/** An array of JSON. */
export type JSONArray = JSONValue[];
