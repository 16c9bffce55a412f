/**
 * A real Kubernetes API server for tests, as envtest is for Go: etcd and kube-apiserver as plain processes on 127.0.0.1.
 *
 * A door of its own: unlike the rest of `./testing`, it runs programs, and needs the permissions for that.
 *
 * @module
 */

export { type ApiServer, type ApiServerOptions, type ServiceAccountOptions, startApiServer } from "./api_server.ts";
export { ApiServerError } from "./errors.ts";
