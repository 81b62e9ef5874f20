//! What a figure must not exceed.

use super::{builds::Profile, unit::Unit};

/// Bound of a figure.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Bound {
    /// There is none.
    None,
    /// The figure is at most this, in the unit of the figure; `None` if there is no bound in that profile.
    AtMost {
        /// In debug builds.
        debug: Option<f64>,
        /// In release builds.
        release: Option<f64>,
    },
    /// The figure is better than that of the peer.
    BetterThanPeer,
}

impl Bound {
    /// A bound for both profiles.
    pub const fn at_most(limit: f64) -> Self {
        Self::AtMost {
            debug: Some(limit),
            release: Some(limit),
        }
    }

    /// A bound that differs by profile.
    pub const fn by_profile(debug: f64, release: f64) -> Self {
        Self::AtMost {
            debug: Some(debug),
            release: Some(release),
        }
    }

    /// A bound of release builds.
    pub const fn release(limit: f64) -> Self {
        Self::AtMost {
            debug: None,
            release: Some(limit),
        }
    }

    /// Whether a figure of a build in this profile breaks the bound; `peer` is the peer's figure where it is known.
    pub fn is_broken(self, unit: Unit, value: f64, profile: Profile, peer: Option<f64>) -> bool {
        match self {
            Self::None => false,
            Self::AtMost { debug, release } => {
                let limit = match profile {
                    Profile::Debug => debug,
                    Profile::Release => release,
                };
                limit.is_some_and(|limit| value > limit)
            }
            Self::BetterThanPeer => peer.is_some_and(|peer| {
                if unit.more_is_better() {
                    value <= peer
                } else {
                    value >= peer
                }
            }),
        }
    }

    /// The bound in words: `≤ 150 ms debug, ≤ 50 ms release`.
    pub fn describe(self, unit: Unit) -> String {
        let at_most = |limit: f64| format!("≤ {}", unit.format(limit));
        match self {
            Self::None
            | Self::AtMost {
                debug: None,
                release: None,
            } => "–".to_owned(),
            Self::AtMost {
                debug: Some(debug),
                release: Some(release),
            } => {
                if debug == release {
                    at_most(debug)
                } else {
                    format!("{} debug, {} release", at_most(debug), at_most(release))
                }
            }
            Self::AtMost {
                debug: Some(debug),
                release: None,
            } => format!("{} debug", at_most(debug)),
            Self::AtMost {
                debug: None,
                release: Some(release),
            } => format!("{} release", at_most(release)),
            Self::BetterThanPeer => "better than the peer".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bound_holds_for_its_profile() {
        let bound = Bound::by_profile(0.15, 0.05);
        assert!(!bound.is_broken(Unit::Seconds, 0.1, Profile::Debug, None));
        assert!(bound.is_broken(Unit::Seconds, 0.1, Profile::Release, None));
        assert!(!Bound::release(0.05).is_broken(Unit::Seconds, 9.0, Profile::Debug, None));
        assert_eq!(bound.describe(Unit::Seconds), "≤ 150 ms debug, ≤ 50 ms release");
        assert_eq!(Bound::at_most(60.0).describe(Unit::Count), "≤ 60");
    }

    #[test]
    fn a_peer_must_be_beaten_where_it_is_known() {
        let broken = |unit, value, peer| Bound::BetterThanPeer.is_broken(unit, value, Profile::Debug, peer);
        assert!(broken(Unit::PerSecond, 100.0, Some(200.0)));
        assert!(!broken(Unit::PerSecond, 300.0, Some(200.0)));
        assert!(broken(Unit::Seconds, 0.3, Some(0.2)));
        assert!(!broken(Unit::Seconds, 0.1, Some(0.2)));
        assert!(!broken(Unit::Seconds, 0.3, None));
    }
}
