//! What every request may use.

use std::sync::Arc;

use leptos::config::LeptosOptions;

use crate::bodies::Bodies;
use crate::db::identity::{Identity, identity};
use crate::db::{self, Db};
use crate::disk::Disk;
use crate::files::Files;
use crate::network::Networks;
use crate::services::criteria::CriteriaInForce;
use crate::services::events::Events;
use crate::services::intake::IntakeService;
use crate::services::jobs::Jobs;
use crate::services::quotas::Quotas;
use crate::services::sealing::{Letters, SealKeys};
use crate::services::throttle::Throttle;
use crate::services::units::Units;
use crate::site::Site;

/// The state of a running server. Cheap to clone.
#[derive(Clone, Debug)]
pub struct AppState {
    pub db: Db,
    pub identity: Identity,
    pub units: Units,
    pub criteria: CriteriaInForce,
    pub intake: IntakeService,
    pub throttle: Arc<Throttle>,
    pub bodies: Arc<Bodies>,
    pub events: Events,
    pub seal_keys: Arc<SealKeys>,
    pub letters: Arc<Letters>,
    pub files: Files,
    pub disk: Disk,
    pub quotas: Arc<Quotas>,
    pub jobs: Arc<Jobs>,
    pub site: Arc<Site>,
    pub options: LeptosOptions,
    /// Shows the demo's accounts on the sign-in page.
    pub demo: bool,
    /// Proxies that are believed when they name the caller.
    pub proxies: Networks,
}

impl AppState {
    pub async fn new(
        db: Db,
        files: Files,
        site: Site,
        options: LeptosOptions,
        demo: bool,
    ) -> db::Result<Self> {
        let mut tx = db.write().await?;
        let identity = identity(&mut tx).await?;
        let seal_keys = SealKeys::load(&mut tx).await?;
        tx.commit().await?;
        let units = Units::load(&db).await?;
        let criteria = CriteriaInForce::load(&db).await?;
        Ok(Self {
            intake: IntakeService::start(db.clone(), units.clone(), criteria.clone()),
            events: Events::start(db.clone()),
            db,
            identity,
            units,
            criteria,
            throttle: Arc::default(),
            bodies: Arc::default(),
            seal_keys: Arc::new(seal_keys),
            letters: Arc::default(),
            files,
            disk: Disk::default(),
            quotas: Arc::default(),
            jobs: Arc::default(),
            site: Arc::new(site),
            options,
            demo,
            proxies: Networks::default(),
        })
    }
}

impl axum::extract::FromRef<AppState> for LeptosOptions {
    fn from_ref(state: &AppState) -> Self {
        state.options.clone()
    }
}
