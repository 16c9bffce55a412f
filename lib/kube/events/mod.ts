/**
 * Events about objects (`events.k8s.io/v1`): what `kubectl describe` and `kubectl get events` show.
 *
 * Events are best effort: nothing waits for them, and nothing fails because of them.
 *
 * @module
 */

export { EventRecorder } from "./event_recorder.ts";
export { controllerText } from "./event_text.ts";
export type { ObjectEvent } from "./object_event.ts";
