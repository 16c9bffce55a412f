/**
 * The doors of the package: exactly these names, so that none comes in by chance and none goes unnoticed. Whoever adds a name
 * adds it here, on purpose, and asks first whether a user of operators writes it: if not, it belongs to another door.
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { readEntries } from "../../tools/entries.ts";
import { CHECKOUT, run } from "./programs.ts";

/** What there is besides types can be called, constructed or read; a class of which only the type is given cannot. */
interface Door {
  readonly values: string;
  readonly types: string;
}

const DOORS: Readonly<Record<string, Door>> = {
  ".": {
    values: `
      defineResource installCrd kindOf
      defineSteps observeStep changeStep stop
      create apply patch replace remove perform
      component
      setCondition findCondition isConditionTrue removeCondition conditionsSchema
      serveController defineController watchKind runSteps
      generationChanged labelsChanged annotationsChanged anyOf
      connect isConnectable
      TerminalError StepError ApiError isNotFound isAlreadyExists isConflict
      createLogger silentLogger toMilliseconds`,
    types: `
      KubeObject ObjectMeta OwnerReference CustomObject Draft DraftMeta ObjectOf StatusOf ObjectRef LabelSelector
      ResourceKind KindOptions ResourceDefinition DefinedResource InstallCrdOptions
      Steps DefineStepsOptions StepContext ChangeContext ObserveStep ChangeStep Stop StopOptions
      ReadApi GetOptions ListOptions
      Change CreateOptions ApplyOptions PatchBody PatchTarget SubresourceOptions RemoveOptions
      Component ComponentOptions ComponentBody ComponentFacts EnsureOptions RemoveWhen
      Condition ConditionInput SetConditionOptions
      Controller ControllerOptions ControllerDefinition ServeOptions ServeOneOptions ServeSeveralOptions HttpOptions
      OwnedKind WatchedKind WatchKindOptions DeclaredRead DeclaredWrite BackoffOptions Predicate
      RunReport RunResult ModifiedResult NoOpResult StoppedResult FailedResult BestEffortFailure RunStepsOptions
      ClusterClient ConnectedClient ConnectOptions
      Logger LogFields LogLevel CreateLoggerOptions Duration`,
  },
  "./client": {
    values: "TypedClient WaitError",
    types: `
      TypedClientOptions WaitErrorOptions WaitOptions
      Target TargetRef TypedPatch MergePatch WritableKind
      ObjectRequestOptions ListObjectsOptions ApplyObjectOptions WritePartOptions DeleteObjectOptions`,
  },
  "./errors": {
    values: `
      isForbidden isInvalid isUnauthorized isAnotherObject isPatchMismatch isExpired isKindNotServed isNotSent
      isServerError isServerTimeout isTooManyRequests isUnavailable
      ConnectionError UnexpectedAnswerError ConnectError PermissionError OptionsError HttpError
      ResourceDefinitionError StepDefinitionError
      JoinError StepContractError StepTimeoutError UndeclaredReadError UndeclaredWriteError ShutdownError
      ManyFoundError NoneFoundError NotOwnedError
      SelectorError IndexError UntakenEventsError`,
    types: `
      ApiErrorOptions ApiStatus StatusCause StatusDetails ConnectionErrorOptions ConnectionFailure
      UnexpectedAnswerOptions ConnectAttempt ConnectErrorOptions`,
  },
  "./cluster": {
    values: `
      requiredPermissions connectionPermissions podPermissions formatPermissionFlags
      serviceHost serviceUrl ownerReference`,
    types: `
      RequiredPermissionsOptions PermissionNeeds ServiceHostOptions ServiceRef ServiceUrlOptions
      RestClient RequestOptions HttpMethods KubernetesTunnel TransportKind
      JSONArray JSONObject JSONPrimitive JSONValue`,
  },
  "./crd": {
    values: "jsonSchema",
    types: `
      CrdManifest CrdVersion CrdInstallation PrinterColumn ScaleSubresource
      StructuralSchema ConditionSchema ValueConditions JsonType
      JsonSchema JsonSchemaSource JsonSchemaConverter JsonSchemaTarget`,
  },
  "./cli": {
    values: "runOperator defineOperator",
    types: `
      RunOperatorOptions
      AlongsideContext FlagDefinition FlagDefinitions FlagValues Operator OperatorOptions`,
  },
  "./deploy": {
    values: `
      defineOperator
      manifests renderHelm renderKustomize renderYaml
      operatorPermissions assertOwnPermissions permissionSet revokeExcept describeKept`,
    types: `
      AlongsideContext FlagDefinition FlagDefinitions FlagValues Operator OperatorOptions
      ManifestOptions EnvVariable NetworkPolicyOptions Quantities ResourceOptions Manifests Manifest ManifestMeta Files
      OperatorNeeds OperatorPermissionsOptions PermissionSet KeptPermissions`,
  },
  "./ship": {
    values: "buildExecutable buildImage ShipError",
    types: "BuildExecutableOptions BuiltExecutable BuildImageOptions BuiltImage",
  },
  "./watch": {
    values: "listWatch intoCache ObjectCache isReduced allOf not deletionRequested",
    types: `
      ListWatchOptions WatchTuning WatchBackoffOptions WatchRequest WatchState WatchBatch WatchEvent
      ObjectCacheOptions CacheListOptions CacheChange IndexValues LiveRead OwnWrite
      ForeignOptions ForeignSize HeldSize ObjectChange`,
  },
  "./plan": {
    values: "",
    types: `
      Plan StepDefinition BranchDefinition Ensurable EnsuredDependent PlannedDependent DependentTie
      AnyChange Operation PatchBasis PerformAction JsonPatchOperation Preconditions PropagationPolicy ReadVerb WriteVerb`,
  },
};

const entries = await readEntries();

const words = (text: string): string[] => text.split(/\s+/).filter((word) => word !== "").sort();

interface Page {
  readonly module_doc?: { readonly doc?: string; readonly tags?: readonly { readonly kind: string }[] };
  readonly symbols: readonly { readonly name: string }[];
}

/** What the documentation of a door has. */
async function pageOf(door: string): Promise<Page> {
  const { code, stdout, stderr } = await run(Deno.execPath(), ["doc", "--json", entries.get(door)!]);
  assertEquals(code, 0, stderr);
  return Object.values<Page>(JSON.parse(stdout).nodes)[0]!;
}

for (const [door, { values, types }] of Object.entries(DOORS)) {
  Deno.test(`the door "${door}" has exactly the names of this list, and an example`, async () => {
    const [{ module_doc, symbols }, module] = await Promise.all([
      pageOf(door),
      import(new URL(entries.get(door)!, `file://${CHECKOUT}`).href),
    ]);
    assertEquals(Object.keys(module).sort(), words(values));
    const names = new Set(symbols.map(({ name }) => name));
    assertEquals([...names].sort(), words(`${values} ${types}`));
    assertMatch(module_doc?.doc ?? "", /\S/);
    assert(module_doc?.tags?.some(({ kind }) => kind === "example"), "the door shows how it is used");
  });
}

Deno.test("the main door can be overlooked: at most 40 values, and 110 names with the types that these need", () => {
  const { values, types } = DOORS["."]!;
  assert(words(values).length <= 40);
  assert(words(`${values} ${types}`).length <= 110);
});

Deno.test("a name has one door; but an operator as a value has two, so that a main module needs only `./cli`", () => {
  const names = Object.values(DOORS).flatMap(({ values, types }) => words(`${values} ${types}`));
  assertEquals(
    names.filter((name, index) => names.indexOf(name) !== index).sort(),
    words("defineOperator AlongsideContext FlagDefinition FlagDefinitions FlagValues Operator OperatorOptions"),
  );
});

Deno.test("doors hold named re-exports, and nothing else; one that is a program runs it", async () => {
  for (const door of Object.keys(DOORS)) {
    const text = await Deno.readTextFile(CHECKOUT + entries.get(door)!);
    const code = text.replaceAll(/\/\*.*?\*\//gs, "").replaceAll(/\/\/.*/g, "")
      .replace(
        /^\s*import \{ (\w+) \} from "[^"]+";([^]*)if \(import\.meta\.main\) Deno\.exit\(await \1\(Deno\.args\)\);/,
        "$2",
      );
    assertMatch(code, /^(\s*export (type )?\{[^}]*\} from "[^"]+";)+\s*$/);
  }
});
