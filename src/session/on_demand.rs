//! Something that the run shares and makes when it is first needed: the first who asks starts the work, all others
//! wait for the same, and its failure is everybody's.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use futures::{
    FutureExt,
    future::{self, BoxFuture, Shared},
};

use super::Error;

type Work<T> = Shared<BoxFuture<'static, Result<T, Arc<Error>>>>;

/// Things by key, each made once.
pub(super) struct OnDemand<T: Clone> {
    works: Mutex<BTreeMap<String, Work<T>>>,
}

impl<T: Clone> Default for OnDemand<T> {
    fn default() -> Self {
        Self {
            works: Mutex::default(),
        }
    }
}

impl<T: Clone + Send + Sync + 'static> OnDemand<T> {
    /// The value for the key; `make` is called for the first request only.
    ///
    /// The work goes on even when everybody who waits for it is dropped: half of a Provider must not be left because a
    /// step was cancelled.
    pub(super) async fn get<F>(&self, key: &str, make: impl FnOnce() -> F) -> Result<T, Arc<Error>>
    where
        F: Future<Output = Result<T, Error>> + Send + 'static,
    {
        let work = {
            let mut works = self.works.lock().unwrap_or_else(PoisonError::into_inner);
            works
                .entry(key.to_owned())
                .or_insert_with(|| {
                    let task = tokio::spawn(make());
                    async move {
                        match task.await {
                            Ok(made) => made.map_err(Arc::new),
                            Err(stopped) => Err(Arc::new(Error::Crashed(stopped.to_string()))),
                        }
                    }
                    .boxed()
                    .shared()
                })
                .clone()
        };
        work.await
    }

    /// Keeps a thing that has been made already.
    pub(super) fn keep(&self, key: &str, thing: T) {
        let work = future::ready(Ok(thing)).boxed().shared();
        // Only what has been polled counts as made.
        let _ = work.clone().now_or_never();
        let mut works = self.works.lock().unwrap_or_else(PoisonError::into_inner);
        works.insert(key.to_owned(), work);
    }

    /// Everything that has been made.
    pub(super) fn made(&self) -> Vec<T> {
        let works = self.works.lock().unwrap_or_else(PoisonError::into_inner);
        works
            .values()
            .filter_map(|work| work.peek().and_then(|made| made.as_ref().ok()).cloned())
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[tokio::test]
    async fn it_is_made_once_and_its_failure_is_shared() {
        let things: OnDemand<usize> = OnDemand::default();
        let made = Arc::new(AtomicUsize::new(0));
        let make = |fails: bool| {
            let made = Arc::clone(&made);
            move || async move {
                tokio::task::yield_now().await;
                let number = made.fetch_add(1, Ordering::SeqCst);
                if fails {
                    Err(Error::Crashed("no".to_owned()))
                } else {
                    Ok(number)
                }
            }
        };
        let (a, b) = tokio::join!(things.get("a", make(false)), things.get("a", make(false)));
        assert_eq!((a.unwrap(), b.unwrap()), (0, 0));
        assert!(things.get("b", make(true)).await.is_err());
        assert!(
            things.get("b", make(false)).await.is_err(),
            "a failed thing is not tried again under the same name"
        );
        assert_eq!(made.load(Ordering::SeqCst), 2);
        assert_eq!(things.made(), [0]);
    }

    #[tokio::test]
    async fn what_is_kept_counts_as_made() {
        let things: OnDemand<usize> = OnDemand::default();
        things.keep("a", 7);
        assert_eq!(things.made(), [7]);
        let never = || async { Err(Error::Crashed("it was made again".to_owned())) };
        assert_eq!(things.get("a", never).await.unwrap(), 7);
    }

    #[tokio::test]
    async fn the_work_survives_those_who_wait_for_it() {
        let things: OnDemand<&str> = OnDemand::default();
        let (go, gone) = tokio::sync::oneshot::channel::<()>();
        let make = || async move {
            let _ = gone.await;
            Ok("done")
        };
        let waiter = things.get("a", make);
        assert!(
            sim_clock::timeout(std::time::Duration::from_millis(5), waiter)
                .await
                .is_err()
        );
        go.send(()).unwrap();
        let never = || async { Err(Error::Crashed("it was started again".to_owned())) };
        assert_eq!(things.get("a", never).await.unwrap(), "done");
    }
}
