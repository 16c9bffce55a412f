// Benchmark peer: sigs.k8s.io/controller-runtime.
//
// One Run makes at most one change: the first missing dependent is created,
// and once all exist the status is merge-patched.
//
// With the argument "cached", dependents are watched and read from the
// client's cache instead of the API server. With "events", moreover, the Run
// after a change is started by the watch event of the change, and not by a
// requeue.
//
// With BENCH_CHURN=N, the first N Runs without a change of objects that the
// harness has touched meanwhile are measured, from its write to their end.
//
// With BENCH_DEPENDENTS=Secret, dependents are Secrets instead of ConfigMaps.
package main

import (
	"context"
	"fmt"
	"math"
	"os"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/log/zap"
	metricsserver "sigs.k8s.io/controller-runtime/pkg/metrics/server"
)

var groupVersion = schema.GroupVersion{Group: "bench.staircase.dev", Version: "v1"}

type StairSpec struct {
	Steps   int    `json:"steps"`
	Payload string `json:"payload,omitempty"`
}

type StairStatus struct {
	Ready              bool  `json:"ready,omitempty"`
	ObservedGeneration int64 `json:"observedGeneration,omitempty"`
}

type Stair struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`

	Spec   StairSpec   `json:"spec"`
	Status StairStatus `json:"status,omitempty"`
}

func (s *Stair) DeepCopy() *Stair {
	if s == nil {
		return nil
	}
	out := *s
	s.ObjectMeta.DeepCopyInto(&out.ObjectMeta)
	return &out
}

func (s *Stair) DeepCopyObject() runtime.Object { return s.DeepCopy() }

type StairList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`

	Items []Stair `json:"items"`
}

func (l *StairList) DeepCopyObject() runtime.Object {
	if l == nil {
		return nil
	}
	out := *l
	l.ListMeta.DeepCopyInto(&out.ListMeta)
	if l.Items != nil {
		out.Items = make([]Stair, len(l.Items))
		for i := range l.Items {
			out.Items[i] = *l.Items[i].DeepCopy()
		}
	}
	return &out
}

// form says where dependents are read, and what starts the Run after a change.
type form string

const (
	live   form = ""
	cached form = "cached"
	events form = "events"
)

// churn measures Runs of objects that the harness has touched.
type churn struct {
	// wanted is the number of Runs to measure; 0 measures none.
	wanted int
	// started is in milliseconds since the epoch; annotations from before are of others.
	started float64
	mutex   sync.Mutex
	delays  []float64
}

func (c *churn) note(stair *Stair) {
	if c.wanted == 0 {
		return
	}
	sent, err := strconv.ParseFloat(stair.Annotations["bench.staircase.dev/sent"], 64)
	if err != nil || sent < c.started {
		return
	}
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.delays = append(c.delays, epochMilliseconds()-sent)
	if len(c.delays) == c.wanted {
		slices.Sort(c.delays)
		at := func(share float64) float64 { return c.delays[int(math.Ceil(share*float64(c.wanted)))-1] }
		fmt.Printf("CHURNED %.3f %.3f %.3f\n", at(0.5), at(0.99), at(1))
	}
}

func epochMilliseconds() float64 { return float64(time.Now().UnixNano()) / 1e6 }

// newDependent makes what a Stair wants: a ConfigMap, or a Secret.
func newDependent(key types.NamespacedName, i string) client.Object {
	meta := metav1.ObjectMeta{Namespace: key.Namespace, Name: key.Name}
	if os.Getenv("BENCH_DEPENDENTS") == "Secret" {
		return &corev1.Secret{ObjectMeta: meta, StringData: map[string]string{"i": i}}
	}
	return &corev1.ConfigMap{ObjectMeta: meta, Data: map[string]string{"i": i}}
}

type reconciler struct {
	client.Client
	scheme *runtime.Scheme
	form   form
	churn  churn
	// wanted is the number of Runs without a change after which SYNCED is printed.
	wanted int64
	synced atomic.Int64
}

func (r *reconciler) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	var stair Stair
	if err := r.Get(ctx, req.NamespacedName, &stair); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	for i := range stair.Spec.Steps {
		key := types.NamespacedName{Namespace: stair.Namespace, Name: fmt.Sprintf("%s-%d", stair.Name, i)}
		existing := newDependent(key, "")
		err := r.Get(ctx, key, existing) // dependents are excluded from the cache of the live form
		if err == nil {
			continue
		}
		if !apierrors.IsNotFound(err) {
			return ctrl.Result{}, err
		}
		dependent := newDependent(key, strconv.Itoa(i))
		if err := ctrl.SetControllerReference(&stair, dependent, r.scheme); err != nil {
			return ctrl.Result{}, err
		}
		err = r.Create(ctx, dependent)
		if r.form != live && apierrors.IsAlreadyExists(err) {
			// The cache is behind. The event that brings it up to date starts the next Run, if not, this timer does.
			return ctrl.Result{RequeueAfter: time.Second}, nil
		}
		if err != nil {
			return ctrl.Result{}, err
		}
		if r.form == events {
			return ctrl.Result{}, nil
		}
		return ctrl.Result{RequeueAfter: 1}, nil // at once
	}
	if !stair.Status.Ready {
		before := stair.DeepCopy()
		stair.Status.Ready = true
		stair.Status.ObservedGeneration = stair.Generation
		return ctrl.Result{}, r.Status().Patch(ctx, &stair, client.MergeFrom(before))
	}
	if r.synced.Add(1) == r.wanted {
		fmt.Println("SYNCED")
	}
	r.churn.note(&stair)
	return ctrl.Result{}, nil
}

func number(name string, fallback int) int {
	if value, err := strconv.Atoi(os.Getenv(name)); err == nil {
		return value
	}
	return fallback
}

func run(form form) error {
	started := epochMilliseconds()
	ctrl.SetLogger(zap.New())

	scheme := runtime.NewScheme()
	if err := clientgoscheme.AddToScheme(scheme); err != nil {
		return err
	}
	scheme.AddKnownTypes(groupVersion, &Stair{}, &StairList{})
	metav1.AddToGroupVersion(scheme, groupVersion)

	config, err := ctrl.GetConfig()
	if err != nil {
		return err
	}
	config.QPS = -1 // no client-side rate limit

	var uncached []client.Object // kinds that are not read from the cache
	if form == live {
		uncached = append(uncached, newDependent(types.NamespacedName{}, ""))
	}
	manager, err := ctrl.NewManager(config, ctrl.Options{
		Scheme:                 scheme,
		Metrics:                metricsserver.Options{BindAddress: "0"},
		HealthProbeBindAddress: "0",
		Client:                 client.Options{Cache: &client.CacheOptions{DisableFor: uncached}},
	})
	if err != nil {
		return err
	}
	builder := ctrl.NewControllerManagedBy(manager).
		For(&Stair{}).
		WithOptions(controller.Options{MaxConcurrentReconciles: number("BENCH_WORKERS", 8)})
	if form != live {
		builder = builder.Owns(newDependent(types.NamespacedName{}, ""))
	}
	err = builder.Complete(&reconciler{
		Client: manager.GetClient(),
		scheme: scheme,
		form:   form,
		churn:  churn{wanted: number("BENCH_CHURN", 0), started: started},
		wanted: int64(number("BENCH_N", 0)),
	})
	if err != nil {
		return err
	}
	return manager.Start(ctrl.SetupSignalHandler())
}

func main() {
	form := live
	if len(os.Args) > 1 {
		form = cached
		if os.Args[1] == "events" {
			form = events
		}
	}
	if err := run(form); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
