/** Keeps a dependent as built: makes the apply that is needed, or the change that has to come before it. */

import { controllerOf, describeObject, type Draft, type KubeObject } from "../model/mod.ts";
import { Change, type ChangeContext, type Stop } from "../steps/mod.ts";
import { type Answer, type NeededApply, neededApply, plainMark, readAnswer } from "./applied.ts";
import { APPLIED_ANNOTATION, type Configuration, type HashedDraft, hashedDraft, marked } from "./configuration.ts";
import type { Dependent } from "./dependent.ts";
import { managerId, type Mark, parseMark } from "./mark.ts";
import type { Claim } from "./ownership.ts";
import { Recent } from "./recent.ts";
import { findTakeover } from "./takeover.ts";

/** A version that no object has: a write with it can only create. */
const NO_VERSION = "1";

/** How soon to look again at an object that was replaced during the look. */
const SOON = "1s";

/** Keeps the dependents of one component as built. */
export class Keeper<R extends KubeObject, T extends KubeObject> {
  readonly #dependent: Dependent<R, T>;
  /** How the API server answered the last apply of each object. */
  readonly #answers = new Recent<Answer>();
  /** For which version of each object a takeover of fields was last requested. */
  readonly #takeovers = new Recent<string>();

  /** @param dependent The description of the dependent. */
  constructor(dependent: Dependent<R, T>) {
    this.#dependent = dependent;
  }

  /**
   * Whether an object without a controller is the dependent, although somebody removed its labels or its owner
   * reference. Its mark shows it: the hash in it covers the owner's name.
   */
  recognizes({ kind }: Claim<T>, owner: R, object: T): boolean {
    if (controllerOf(object) !== undefined) return false;
    const { configuration } = markOf(object);
    return configuration !== "" && configuration === hashedDraft(kind, this.#draftFor(owner)).hash;
  }

  /**
   * Returns the one change that is needed first, or the object.
   *
   * @param claim What makes an object the owner's dependent.
   * @param context The step's context.
   * @param found The dependent; `undefined` if there is none.
   */
  keep(
    claim: Claim<T>,
    context: ChangeContext<R>,
    found: T | undefined,
  ): Change<unknown> | T | Promise<Change<unknown> | Stop | T> {
    const wanted = hashedDraft(this.#dependent.kind, this.#draftFor(context.object));
    const manager = context.fieldManager ? managerId(context.fieldManager) : undefined;
    if (!found) {
      const { metadata, ...rest } = marked(wanted, { ...plainMark(wanted), manager });
      return this.#apply(claim, wanted, { ...rest, metadata: { ...metadata, resourceVersion: NO_VERSION } }, false);
    }
    const needed = this.#needed(wanted, found);
    if (!needed) return found;
    // The cache does not show whether another field manager of ours holds fields, but the mark shows who applied the
    // object last.
    if (manager === undefined || markOf(found).manager === manager) {
      return this.#applyTo(claim, wanted, found, needed, manager);
    }
    return this.#applyAfterLook(claim, context, wanted, found);
  }

  #draftFor(owner: R): Draft<KubeObject> {
    // A draft of a specific kind is also a draft of an object.
    return this.#dependent.build(owner) as unknown as Draft<KubeObject>;
  }

  #needed(wanted: HashedDraft, found: T): NeededApply | undefined {
    const answer = this.#answers.get(found.metadata.uid);
    const same = answer?.configuration === wanted.wholeHash ? answer : undefined;
    return neededApply(this.#dependent.kind, wanted, found, same);
  }

  async #applyAfterLook(
    claim: Claim<T>,
    { kube, stop, fieldManager }: ChangeContext<R>,
    wanted: HashedDraft,
    found: T,
  ): Promise<Change<unknown> | Stop | T> {
    const { kind } = this.#dependent;
    const { uid, name, namespace } = found.metadata;
    const live = await kube.get(kind, name, { ...(namespace !== undefined && { namespace }), live: true });
    if (live?.metadata.uid !== uid || live.metadata.deletionTimestamp !== undefined) {
      return stop({
        reason: `${describeObject(kind, found.metadata)} is being deleted or is gone`,
        requeueAfter: SOON,
      });
    }
    const needed = this.#needed(wanted, live);
    if (!needed) return live;
    const takeover = findTakeover(claim, live, marked(wanted, needed.mark), fieldManager);
    // If the last takeover changed nothing, something keeps the fields as they are: go on without it.
    const { resourceVersion } = live.metadata;
    if (takeover.type === "now" && this.#takeovers.get(uid) !== resourceVersion) {
      this.#takeovers.set(uid, resourceVersion);
      return takeover.change();
    }
    return this.#applyTo(claim, wanted, live, needed, takeover.type === "none" ? managerId(fieldManager) : undefined);
  }

  /** Applies to exactly the object that was looked at, and not to one that has taken its name since. */
  #applyTo(
    claim: Claim<T>,
    wanted: HashedDraft,
    { metadata: { uid } }: T,
    { mark, noting }: NeededApply,
    manager: string | undefined,
  ): Change<T> {
    const { metadata, ...rest } = marked(wanted, { ...mark, manager });
    return this.#apply(claim, wanted, { ...rest, metadata: { ...metadata, uid } }, noting);
  }

  #apply({ kind, owned }: Claim<T>, wanted: HashedDraft, object: Configuration, noting: boolean): Change<T> {
    const answered = (answer: KubeObject) =>
      this.#answers.set(answer.metadata.uid, readAnswer(kind, wanted, answer, noting));
    return new Change({ verb: "apply", kind, object, owned, force: true, fieldManager: undefined, answered });
  }
}

function markOf({ metadata: { annotations } }: KubeObject): Mark {
  return parseMark(annotations?.[APPLIED_ANNOTATION]);
}
