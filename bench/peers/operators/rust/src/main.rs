//! Benchmark peer: the `staircase` crate on kube-rs.
//!
//! One Run makes at most one change: the first missing dependent is created,
//! and once all exist the status is merge-patched by the crate's own status
//! updater.
//!
//! With the argument `cached`, dependents are watched and read from a
//! reflector's store instead of the API server. With `events`, moreover, the
//! Run after a change is started by the watch event of the change, and not by
//! a requeue.
//!
//! With `BENCH_CHURN=N`, the first N Runs without a change of objects that the
//! harness has touched meanwhile are measured, from its write to their end.
//!
//! With `BENCH_DEPENDENTS=Secret`, dependents are Secrets instead of
//! ConfigMaps.

use std::{
    collections::BTreeMap,
    env, fmt,
    sync::{
        Arc,
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use futures_util::StreamExt;
use k8s_openapi::{
    NamespaceResourceScope,
    api::core::v1::{ConfigMap, Secret},
    apimachinery::pkg::apis::meta::v1::ObjectMeta,
};
use kube::{
    Api, Client, CustomResource, Resource, ResourceExt,
    api::PostParams,
    runtime::{
        Controller,
        WatchStreamExt,
        controller::{self, Action},
        reflector::{self, ObjectRef, Store},
        watcher,
    },
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use staircase::{
    controller::{
        BoxPlan, Mutable, MutableStepOutcome, MutableStepResult, Plan, Reconciler, RunContext, RunError, RunOutcome,
        Step, run,
    },
    util::requeue_on_error,
};

#[derive(CustomResource, Deserialize, Serialize, Clone, Debug, JsonSchema)]
#[kube(
    group = "bench.staircase.dev",
    version = "v1",
    kind = "Stair",
    status = "StairStatus",
    namespaced
)]
#[serde(rename_all = "camelCase")]
pub struct StairSpec {
    pub steps:   u32,
    #[serde(default)]
    pub payload: String,
}

#[derive(Serialize, Deserialize, Clone, Debug, Default, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct StairStatus {
    #[serde(default)]
    pub ready:               bool,
    pub observed_generation: Option<i64>,
}

/// What dependents may be.
trait Dependent:
    Resource<DynamicType = (), Scope = NamespaceResourceScope>
    + Clone
    + fmt::Debug
    + DeserializeOwned
    + Serialize
    + Send
    + Sync
    + 'static
{
    fn draft(metadata: ObjectMeta, i: String) -> Self;
}

impl Dependent for ConfigMap {
    fn draft(metadata: ObjectMeta, i: String) -> Self {
        ConfigMap {
            metadata,
            data: Some(BTreeMap::from([("i".to_string(), i)])),
            ..Default::default()
        }
    }
}

impl Dependent for Secret {
    fn draft(metadata: ObjectMeta, i: String) -> Self {
        Secret {
            metadata,
            string_data: Some(BTreeMap::from([("i".to_string(), i)])),
            ..Default::default()
        }
    }
}

/// Creates the first dependent that is missing.
struct EnsureDependents<D: Dependent> {
    /// Where dependents are read; `None` reads them from the API server.
    store: Option<Store<D>>,
}

impl<D: Dependent> Step for EnsureDependents<D> {
    type Error = kube::Error;
    type InData = ();
    type Mode = Mutable;
    type OutData = ();
    type Resource = Stair;

    async fn run(&self, context: &RunContext<Stair>, _: ()) -> MutableStepResult<Stair, (), kube::Error> {
        let stair = &context.resource;
        let namespace = stair.namespace().unwrap_or_default();
        let api: Api<D> = Api::namespaced(context.client.clone(), &namespace);
        for i in 0..stair.spec.steps {
            let name = format!("{}-{i}", stair.name_any());
            let exists = match &self.store {
                Some(store) => store.get(&ObjectRef::new(&name).within(&namespace)).is_some(),
                None => api.get_opt(&name).await?.is_some(),
            };
            if exists {
                continue;
            }
            let metadata = ObjectMeta {
                name: Some(name),
                namespace: Some(namespace),
                owner_references: stair.controller_owner_ref(&()).map(|owner| vec![owner]),
                ..Default::default()
            };
            return match api.create(&PostParams::default(), &D::draft(metadata, i.to_string())).await {
                // The store is behind; the event that brings it up to date starts the next Run.
                Err(kube::Error::Api(status)) if self.store.is_some() && status.is_already_exists() => {
                    Ok(MutableStepOutcome::Stop)
                },
                created => created.map(|_| MutableStepOutcome::Modified { status: None }),
            };
        }
        Ok(MutableStepOutcome::NoModification { data: () })
    }
}

/// Reports readiness in the status.
struct MarkReady;

impl Step for MarkReady {
    type Error = kube::Error;
    type InData = ();
    type Mode = Mutable;
    type OutData = ();
    type Resource = Stair;

    async fn run(&self, context: &RunContext<Stair>, _: ()) -> MutableStepResult<Stair, (), kube::Error> {
        let stair = &context.resource;
        if stair.status.as_ref().is_some_and(|status| status.ready) {
            return Ok(MutableStepOutcome::NoModification { data: () });
        }
        Ok(MutableStepOutcome::Modified {
            status: Some(StairStatus {
                ready:               true,
                observed_generation: stair.metadata.generation,
            }),
        })
    }
}

/// Where dependents are read, and what starts the Run after a change.
#[derive(Clone, Copy, PartialEq)]
enum Form {
    Live,
    Cached,
    Events,
}

/// Measures Runs of objects that the harness has touched.
struct Churn {
    /// Runs to measure; 0 measures none.
    wanted:  usize,
    /// Milliseconds since the epoch; annotations from before are of others.
    started: f64,
    delays:  Mutex<Vec<f64>>,
}

impl Churn {
    fn note(&self, stair: &Stair) {
        if self.wanted == 0 {
            return;
        }
        let sent = stair.annotations().get("bench.staircase.dev/sent").and_then(|text| text.parse::<f64>().ok());
        let Some(sent) = sent.filter(|sent| *sent >= self.started) else { return };
        let mut delays = self.delays.lock().unwrap();
        delays.push(epoch_milliseconds() - sent);
        if delays.len() == self.wanted {
            delays.sort_by(f64::total_cmp);
            let at = |share: f64| delays[(share * delays.len() as f64).ceil() as usize - 1];
            println!("CHURNED {:.3} {:.3} {:.3}", at(0.5), at(0.99), at(1.0));
        }
    }
}

fn epoch_milliseconds() -> f64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0.0, |since| since.as_secs_f64() * 1000.0)
}

struct StairReconciler<D: Dependent> {
    client: Client,
    form:   Form,
    store:  Option<Store<D>>,
    churn:  Churn,
    /// Runs without a change still to count before `SYNCED` is printed.
    wanted: usize,
    synced: AtomicUsize,
}

impl<D: Dependent> Reconciler for StairReconciler<D> {
    type Error = kube::Error;
    type EvaluationOutcome = ();
    type EvaluationResource = Arc<Stair>;
    type InitialData = ();
    type Plan = BoxPlan<Stair, kube::Error, (), ()>;
    type Resource = Stair;

    async fn evaluate_plan(&self, stair: Arc<Stair>) -> ((), (), Arc<Stair>, Self::Plan) {
        let store = self.store.clone();
        ((), (), stair, Plan::from(EnsureDependents { store }).then(MarkReady).boxed())
    }

    async fn client(&self) -> Result<Client, kube::Error> { Ok(self.client.clone()) }
}

async fn reconcile<D: Dependent>(
    stair: Arc<Stair>,
    reconciler: Arc<StairReconciler<D>>,
) -> Result<Action, RunError<kube::Error>> {
    let (outcome, ()) = run(reconciler.as_ref(), stair.clone()).await?;
    if matches!(outcome, RunOutcome::NoOp) {
        if reconciler.synced.fetch_add(1, Ordering::Relaxed) + 1 == reconciler.wanted {
            println!("SYNCED");
        }
        reconciler.churn.note(&stair);
    }
    Ok(match outcome {
        RunOutcome::Modified if reconciler.form == Form::Events => Action::await_change(),
        RunOutcome::Stopped => Action::requeue(Duration::from_secs(1)), // unless the event comes first
        outcome => outcome.action(Duration::from_secs(3600)),
    })
}

fn number(name: &str, default: usize) -> usize {
    env::var(name).ok().and_then(|value| value.parse().ok()).unwrap_or(default)
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    match env::var("BENCH_DEPENDENTS").as_deref() {
        Ok("Secret") => operate::<Secret>().await,
        _ => operate::<ConfigMap>().await,
    }
}

async fn operate<D: Dependent>() -> Result<(), Box<dyn std::error::Error>> {
    let started = epoch_milliseconds();
    let form = match env::args().nth(1).as_deref() {
        Some("cached") => Form::Cached,
        Some("events") => Form::Events,
        _ => Form::Live,
    };
    let client = Client::try_default().await?;
    let workers = number("BENCH_WORKERS", 8).min(u16::MAX as usize) as u16;
    let mut controller = Controller::new(Api::<Stair>::all(client.clone()), watcher::Config::default())
        .with_config(controller::Config::default().concurrency(workers));
    let mut store = None;
    if form != Form::Live {
        let (reader, writer) = reflector::store();
        let dependents = watcher(Api::<D>::all(client.clone()), watcher::Config::default());
        let mut events = Box::pin(reflector::reflector(writer, dependents));
        // The store is complete before the first Run. From then on an event updates it before it triggers the owner's
        // Run; only in a relist the trigger comes first, for which there is the timer after `RunOutcome::Stopped`.
        while let Some(event) = events.next().await {
            if matches!(event?, watcher::Event::InitDone) {
                break;
            }
        }
        controller = controller.owns_stream(events.touched_objects());
        store = Some(reader);
    }
    let reconciler = Arc::new(StairReconciler {
        client,
        form,
        store,
        churn: Churn {
            wanted: number("BENCH_CHURN", 0),
            started,
            delays: Mutex::default(),
        },
        wanted: number("BENCH_N", 0),
        synced: AtomicUsize::new(0),
    });
    controller
        .run(reconcile, requeue_on_error(Duration::from_secs(1)), reconciler)
        .for_each(|result| async move {
            if let Err(error) = result {
                eprintln!("{error:?}");
            }
        })
        .await;
    Ok(())
}
