//! The table of all settings: every key once, with its type.

use std::{collections::BTreeMap, path::PathBuf, time::Duration};

use super::{
    Error, Speed,
    value::{Origin, Values},
};

macro_rules! settings {
    ($(
        $(#[$section_doc:meta])*
        $section:ident: $Section:ident {
            $($(#[$doc:meta])* $field:ident: $type:ty,)*
        }
    )*) => {
        $(
            $(#[$section_doc])*
            #[derive(Debug, Clone)]
            pub struct $Section {
                $($(#[$doc])* pub $field: $type,)*
            }
        )*

        /// All settings of a run.
        #[derive(Debug, Clone)]
        pub struct Settings {
            $($(#[$section_doc])* pub $section: $Section,)*
            /// Where each value came from, by its key.
            pub origins: BTreeMap<String, Origin>,
        }

        /// Every key, such as `target.storage_class`, in the order of the table.
        pub const KEYS: &[&str] = &[$($(concat!(stringify!($section), ".", stringify!($field)),)*)*];

        impl Settings {
            /// Takes every key out of `values`.
            pub(super) fn assemble(mut values: Values) -> Result<Self, Error> {
                let settings = Self {
                    $($section: $Section {
                        $($field: values.take(concat!(stringify!($section), ".", stringify!($field)))?,)*
                    },)*
                    origins: values.origins(),
                };
                Ok(settings)
            }
        }
    };
}

settings! {
    /// What the suite runs against.
    target: Target {
        /// Named in every report.
        name: String,
        /// Whether it is the simulated lab.
        simulated: bool,
        /// Kubeconfig; `None`: `$KUBECONFIG`, else the one in the home folder.
        kubeconfig: Option<PathBuf>,
        /// Context of the kubeconfig; `None`: its current one.
        context: Option<String>,
        /// Contexts of real clusters that need no confirmation.
        allowed_contexts: Vec<String>,
        /// Address of the inventory; `None`: its Route.
        inventory_url: Option<String>,
        /// Speed of the lab's clock.
        speed: Speed,
        /// Storage class that VMs land in; `None`: the cluster's default.
        storage_class: Option<String>,
        /// Namespace of MTV itself.
        mtv_namespace: String,
        /// The providers file.
        providers_file: PathBuf,
    }
    /// How a run runs.
    run: Run {
        /// Keys of the providers to migrate from; empty: all.
        providers: Vec<String>,
        /// Scenarios at the same time.
        concurrency: usize,
        /// Where run folders are made.
        output: PathBuf,
    }
    /// How source providers are set up.
    source: Source {
        /// Whether Forklift skips the verification of the provider's certificate.
        insecure_skip_verify: bool,
    }
    /// What goes into names.
    naming: Naming {
        /// Appended to the run id to name the target namespace.
        namespace_suffix: String,
        /// OpenShift version in the names of clones; empty: as found.
        ocp_version: String,
    }
    /// Deadlines, as a person states them; the clock divides them in the lab.
    timeouts: Timeouts {
        /// Log-in to the API and to source platforms.
        connect: Duration,
        /// MTV's pods run.
        mtv_ready: Duration,
        /// A namespace is active.
        namespace_active: Duration,
        /// A Provider is ready.
        provider_ready: Duration,
        /// A VM is cloned on its platform.
        clone: Duration,
        /// A VM changes its power state.
        power: Duration,
        /// The tools in the guest of a VM that was switched on run; the scenario goes on when they do not.
        guest_tools: Duration,
        /// The inventory agrees with the platform.
        inventory: Duration,
        /// A Plan is ready.
        plan_ready: Duration,
        /// A migration ends.
        migration: Duration,
        /// The target VM runs, or is stopped.
        vm_running: Duration,
        /// A cancelled migration has stopped.
        cancel: Duration,
        /// A Plan is archived.
        archive: Duration,
        /// A deleted object is gone.
        deletion: Duration,
        /// Teardown of one scenario, in real time.
        scenario_teardown: Duration,
        /// Teardown of what the run shares, in real time.
        run_teardown: Duration,
        /// Collecting evidence of one failed scenario, in real time.
        evidence: Duration,
    }
    /// What is kept of failures.
    evidence: Evidence {
        /// Bytes for one failed scenario.
        limit: usize,
    }
}
