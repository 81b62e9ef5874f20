//! The table of all settings: every key once, with its type and its meaning.

use std::{collections::BTreeMap, path::PathBuf, time::Duration};

use super::{
    Mistake, Origin, Speed,
    value::{FromWritten, Values},
};

/// A setting as the documentation shows it.
#[derive(Debug, Clone, Copy)]
pub struct Setting {
    /// Such as `target.storage_class`.
    pub key: &'static str,
    /// What its values look like.
    pub form: &'static str,
    meaning: &'static str,
    schema: fn() -> serde_json::Value,
}

impl Setting {
    /// What it is for.
    pub fn meaning(&self) -> &'static str {
        self.meaning.trim()
    }

    /// JSON Schema of its values.
    pub fn schema(&self) -> serde_json::Value {
        (self.schema)()
    }
}

macro_rules! settings {
    ($(
        $(#[doc = $section_doc:literal])*
        $section:ident: $Section:ident {
            $($(#[doc = $doc:literal])* $field:ident: $type:ty,)*
        }
    )*) => {
        $(
            $(#[doc = $section_doc])*
            #[derive(Debug, Clone)]
            pub struct $Section {
                $($(#[doc = $doc])* pub $field: $type,)*
            }
        )*

        /// All settings of a run.
        #[derive(Debug, Clone)]
        pub struct Settings {
            $($(#[doc = $section_doc])* pub $section: $Section,)*
            /// Where each value came from, by its key.
            pub origins: BTreeMap<String, Origin>,
        }

        /// Every key, such as `target.storage_class`, in the order of the table.
        pub const KEYS: &[&str] = &[$($(concat!(stringify!($section), ".", stringify!($field)),)*)*];

        /// Every setting, in the order of [`KEYS`].
        pub const SETTINGS: &[Setting] = &[$($(Setting {
            key: concat!(stringify!($section), ".", stringify!($field)),
            form: <$type as FromWritten>::FORM,
            meaning: concat!($($doc),*),
            schema: <$type as FromWritten>::schema,
        },)*)*];

        /// Every section with its meaning.
        pub const SECTIONS: &[(&str, &str)] = &[$((stringify!($section), concat!($($section_doc),*)),)*];

        impl Settings {
            /// Takes every key out of `values`; `None` when one of them is missing or wrong.
            pub(super) fn assemble(mut values: Values, mistakes: &mut Vec<Mistake>) -> Option<Self> {
                // Each section looks at all its keys before it gives up, so that no mistake hides another.
                $(
                    let $section = {
                        $(let $field = values.take(concat!(stringify!($section), ".", stringify!($field)), mistakes);)*
                        move || Some($Section { $($field: $field?,)* })
                    };
                )*
                Some(Self {
                    $($section: $section()?,)*
                    origins: values.origins(),
                })
            }

            /// Every value, in the order of [`KEYS`].
            pub fn values(&self) -> Vec<serde_json::Value> {
                vec![$($(FromWritten::to_json(&self.$section.$field),)*)*]
            }
        }
    };
}

settings! {
    /// What the suite runs against.
    target: Target {
        /// Named in every report.
        name: String,
        /// Whether it is the simulated lab; false means a real cluster, whose context must be allowed or confirmed.
        simulated: bool,
        /// Kubeconfig; without it `$KUBECONFIG`, else the one in the home folder.
        kubeconfig: Option<PathBuf>,
        /// Context of the kubeconfig; without it the current one. Named on the command line, it confirms that the
        /// cluster is meant.
        context: Option<String>,
        /// Contexts of real clusters that need no confirmation.
        allowed_contexts: Vec<String>,
        /// Whether the certificate of the cluster's API and of the inventory is left unverified.
        insecure_skip_verify: bool,
        /// Address of the inventory; without it the Route `forklift-inventory`.
        inventory_url: Option<String>,
        /// Time in the lab: `virtual` in the one that a run starts itself; in others how much faster than real time it
        /// passes, a number or `max`, by which deadlines are divided (by 60 at most). 1 on a cluster.
        speed: Speed,
        /// Storage class that VMs land in; without it the cluster's default one.
        storage_class: Option<String>,
        /// Namespace of MTV itself.
        mtv_namespace: String,
        /// Image of the pods that run hooks.
        hook_image: String,
        /// The providers file.
        providers_file: PathBuf,
    }
    /// How a run runs.
    run: Run {
        /// Keys of the providers to migrate from; empty: all.
        providers: Vec<String>,
        /// Tags of your own; any other tag that has no meaning to the suite is a mistake.
        tags: Vec<String>,
        /// Scenarios at the same time.
        concurrency: usize,
        /// Folder in which each run makes its own.
        output: PathBuf,
    }
    /// How source providers are set up.
    source: Source {
        /// Whether Forklift skips the verification of the provider's certificate, which is not fetched then.
        insecure_skip_verify: bool,
    }
    /// What goes into names.
    naming: Naming {
        /// Appended to the run id to name the target namespace: `team` gives `auto-ab12-team`.
        namespace_suffix: Option<String>,
        /// OpenShift version in the names of clones; without it the one that is found.
        ocp_version: Option<String>,
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
        /// The guest agent of a VM answers.
        guest_agent: Duration,
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
    /// How plans are run.
    migration: Migration {
        /// From the start of a warm migration to its cutover, where a scenario does not say it.
        cutover: Duration,
    }
    /// What is kept of failures.
    evidence: Evidence {
        /// Bytes for one failed scenario.
        limit: usize,
    }
}
